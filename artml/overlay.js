for (const look of document.querySelectorAll("figure.look:not([data-wired])")) {
  look.dataset.wired = "";
  const veils = look.querySelectorAll("img.veil");
  look.addEventListener("input", ({ target }) => {
    if (target.type === "range") look.style.setProperty("--shade", target.value / 100);
    else veils.forEach((veil, number) => { veil.hidden = number !== Number(target.value); });
  });
}
