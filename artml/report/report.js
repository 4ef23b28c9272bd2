const options = { displayModeBar: false, responsive: true, scrollZoom: false };

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

for (const chart of document.querySelectorAll(".chart")) {
  const { figure, csv, name } = JSON.parse(chart.querySelector("script").textContent);
  const plot = chart.querySelector(".plot");
  for (const axis of ["xaxis", "yaxis"]) (figure.layout[axis] ??= {}).fixedrange = true;
  Plotly.newPlot(plot, figure.data, figure.layout, options);
  chart.addEventListener("click", ({ target }) => {
    const kind = target.dataset.save;
    if (kind === "csv") save(new Blob([csv], { type: "text/csv" }), `${name}.csv`);
    else if (kind) Plotly.downloadImage(plot, { format: kind, filename: name, scale: 2, width: plot.clientWidth, height: plot.clientHeight });
  });
}
