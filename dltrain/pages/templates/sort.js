for (const button of document.querySelectorAll("table.facts th button")) {
  button.addEventListener("click", () => {
    const head = button.parentElement, table = head.closest("table"), at = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = row => row.cells[at].textContent.trim();
    const number = row => parseFloat(text(row).replace(/[\s\u00a0]/g, ""));
    const body = table.tBodies[0], rows = [...body.rows];
    const numeric = rows.every(row => text(row) === "" || text(row) === "–" || !isNaN(number(row)));
    const value = row => isNaN(number(row)) ? -Infinity : number(row);
    rows.sort((a, b) => numeric ? value(a) - value(b) : text(a).localeCompare(text(b)));
    body.append(...(down ? rows.reverse() : rows));
  });
}
