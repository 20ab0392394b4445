// The labels at the edges of the matrix, and the room they leave for its cells.

const labelRoom = {least: 40, most: 150};
const cellSize = {least: 12, most: 48};

const labelFont = (cell) => `${Math.min(13, cell - 1)}px ${theme.font}`;

/** The widest of some texts, within bounds. */
function widthOf(context, texts) {
  const widest = texts.reduce((most, text) => Math.max(most, context.measureText(visibleText(text)).width), 0);
  return Math.min(Math.max(Math.ceil(widest) + 12, labelRoom.least), labelRoom.most);
}

/** Size of a cell and of the labels' edges: cells fill the width as far as they may. */
function layOut(context, map, room) {
  const queries = queriesOf(state.sequence), keys = keysOf(state.sequence);
  context.font = labelFont(cellSize.most);
  const left = widthOf(context, queries);
  const cell = Math.floor(Math.min(Math.max((room - left - 2) / map.columns, cellSize.least), cellSize.most));
  context.font = labelFont(cell);
  const widest = widthOf(context, keys);
  const flat = keys.every((text) => context.measureText(visibleText(text)).width <= cell - 4);
  return {cell, left, head: flat ? 24 : widest, flat};
}

/** As dir="auto" has it: by the first letter. */
const directionOf = (text) => (/^\P{L}*[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]/u.test(text) ? 'rtl' : 'ltr');

/** Writes a label into [x, x + width), cut with an ellipsis where it does not fit. */
function writeLabel(context, text, width) {
  let shown = visibleText(text);
  while (shown.length > 1 && context.measureText(shown).width > width) shown = `${Array.from(shown.replace(/…$/, '')).slice(0, -1).join('')}…`;
  context.direction = directionOf(shown);
  context.fillText(shown, 0, 0);
}

function labelColour(context, lit) {
  context.fillStyle = lit ? theme.text : theme.quiet;
}

function drawRowLabels(context, {cell, left, head, x, y, width, height}) {
  context.fillStyle = theme.surface;
  context.fillRect(0, head, left, height);
  context.textAlign = 'right';
  queriesOf(state.sequence).forEach((text, query) => {
    const at = head + query * cell - y;
    if (at + cell < head || at > height) return;
    labelColour(context, state.spot === null || state.spot.query === query);
    context.save();
    context.translate(left - 6, at + cell / 2);
    writeLabel(context, text, left - 10);
    context.restore();
  });
}

function drawColumnLabels(context, {cell, left, head, flat, x, y, width, height}) {
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, width, head);
  context.textAlign = flat ? 'center' : 'left';
  keysOf(state.sequence).forEach((text, key) => {
    const at = left + key * cell - x;
    if (at + cell < left || at > width) return;
    labelColour(context, state.spot === null || state.spot.key === key);
    context.save();
    context.translate(at + cell / 2, flat ? head / 2 : head - 6);
    if (!flat) context.rotate(-Math.PI / 2);
    writeLabel(context, text, flat ? cell : head - 10);
    context.restore();
  });
}

/** Labels are cut at the edges; where they cross nothing stands. */
function drawLabels(context, place) {
  context.font = labelFont(place.cell);
  context.textBaseline = 'middle';
  drawRowLabels(context, place);
  drawColumnLabels(context, place);
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, place.left, place.head);
}
