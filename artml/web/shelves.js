// Pictures on shelves, each a button: data.shelves = [{title, line, key, items: [{row, words, line, spoken}]}].

function make(tag, text = "", css = "") {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (css) node.className = css;
  return node;
}

function shelf(given, data, root) {
  const section = make("section");
  if (given.title) {
    const heading = make("h3");
    if (given.key === undefined || given.key === null) heading.textContent = given.title;
    else {
      const button = make("button", given.title);
      button.type = "button";
      button.onclick = () => root.tell("shelf", given.key);
      heading.append(button);
    }
    section.append(heading);
  }
  if (given.line) section.append(make("p", given.line, "line"));
  const list = make("ul");
  for (const item of given.items) {
    const button = make("button");
    const image = make("img");
    button.type = "button";
    button.onclick = () => root.tell("opened", item.row);
    image.loading = "lazy";
    image.alt = item.spoken;
    image.src = `${data.pictures}/${item.row}.jpg`;
    button.append(image);
    if (data.labelled) {
      const words = make("span", item.words, "words");
      if (item.line) words.append(make("span", item.line));
      button.append(words);
    }
    const place = make("li");
    place.append(button);
    list.append(place);
  }
  section.append(list);
  return section;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".shelves");
  const said = JSON.stringify(data);
  root.tell = setTriggerValue; // another one each time the page is drawn
  if (root.said === said) return;
  root.said = said;
  root.className = `shelves ${data.cards ? "cards" : ""} ${data.labelled ? "labelled" : ""}`;
  if (data.high) root.style.setProperty("--high", `${data.high}rem`);
  root.replaceChildren(...data.shelves.map((given) => shelf(given, data, root)));
}
