// Arrow keys on the marks of the timeline.
//
// Owns which mark is the next one. Knows nothing of what marks stand for, and of the keys that scroll the time.

/** From a focused mark to the next one in its row, or to the nearest one of the next row; whether there is a mark. */
export function moveFocus(body, { target, key }) {
  const lane = target.closest(".timeline-lane");
  if (!lane) {
    return false;
  }
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const marks = [...lane.children].sort((one, other) => one.offsetLeft - other.offsetLeft);
    marks[marks.indexOf(target) + (key === "ArrowLeft" ? -1 : 1)]?.focus();
    return true;
  }
  const rows = [...body.children].sort((one, other) => one.offsetTop - other.offsetTop);
  const row = rows[rows.indexOf(lane.parentElement) + (key === "ArrowUp" ? -1 : 1)];
  const marks = [...(row?.querySelector(".timeline-lane").children ?? [])];
  const distance = (mark) => Math.abs(mark.offsetLeft - target.offsetLeft);
  marks.sort((one, other) => distance(one) - distance(other));
  marks[0]?.focus();
  return true;
}
