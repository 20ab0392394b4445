// Tables: statistics of all heads, strongest links. A click on a column's name sorts.

const linksListed = 12;  // of a single head

/**
 * Fills a table whose columns are {title, meaning, value(row), cell(row), first}: `first` is the order of the first
 * click, 'descending' or 'ascending'; a column without one does not sort.
 */
function fillTable(table, columns, rows) {
  const heads = columns.map((column) => sortableHead(table, column));
  table.tHead.replaceChildren(element('tr', {}, heads));
  table.tBodies[0].replaceChildren(...rows.map((row) => {
    const line = element('tr', {}, columns.map((column) => column.cell(row)));
    line.row = row;
    return line;
  }));
}

function sortableHead(table, column) {
  if (column.first === undefined) return element('th', {scope: 'col', textContent: column.title});
  const button = element('button', {type: 'button', textContent: column.title, title: column.meaning ?? ''});
  const head = element('th', {scope: 'col', 'aria-sort': 'none'}, [button]);
  button.addEventListener('click', () => sortTable(table, head, column));
  return head;
}

/** Rows without a value come last in both orders. */
function compareValues(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (a - b);
}

function sortTable(table, head, column) {
  const other = {ascending: 'descending', descending: 'ascending'};
  const order = other[head.getAttribute('aria-sort')] ?? column.first;
  for (const cell of table.tHead.querySelectorAll('[aria-sort]')) cell.setAttribute('aria-sort', 'none');
  head.setAttribute('aria-sort', order);
  const sign = order === 'ascending' ? 1 : -1;
  const lines = Array.from(table.tBodies[0].rows);
  lines.sort((a, b) => compareValues(column.value(a.row), column.value(b.row), sign));
  table.tBodies[0].append(...lines);
  announce(`sorted by ${column.title}, ${order}`);
}

const numberCell = (text) => element('td', {className: 'figure', textContent: text});

/** A button that chooses a map. */
function mapCell(index, text) {
  const button = element('button', {type: 'button', className: 'link', textContent: text, title: `show ${titleOf(index)}`});
  button.addEventListener('click', () => choose(index));
  return element('td', {className: 'figure'}, [button]);
}

/** A figure with a bar as long as it is among its column's. */
function barCell(value, largest) {
  const cell = numberCell(decimals(value, 4));
  if (value !== null && largest > 0) cell.style.setProperty('--share', `${Math.round((100 * Math.max(0, value)) / largest)}%`);
  cell.classList.add('bar');
  return cell;
}

function statisticColumn([name, meaning], at) {
  const largest = Math.max(0, ...page.stats.map((row) => row[at] ?? 0));
  const value = (index) => page.stats[index][at];
  return {title: name, meaning, first: 'descending', value, cell: (index) => barCell(value(index), largest)};
}

/** Layer and head, as far as the maps have them. */
function nameColumns() {
  return ['layer', 'head']
    .map((title, part) => ({title, first: 'ascending', value: (index) => page.maps[index][part],
      cell: (index) => mapCell(index, `${page.maps[index][part]}`)}))
    .filter((column) => page.maps.every((_, index) => column.value(index) !== null));
}

function makeStatistics() {
  byId('stats-section').hidden = page.stats.length === 0;
  if (page.stats.length === 0) return;
  fillTable(byId('stats'), [...nameColumns(), ...page.statistics.map(statisticColumn)], page.maps.map((_, index) => index));
  byId('meanings').append(...page.statistics.flatMap(([name, meaning]) => [
    element('dt', {textContent: name}), element('dd', {textContent: meaning}),
  ]));
}

function markStatistics() {
  for (const line of byId('stats').tBodies[0].rows) {
    if (line.row === state.current) line.setAttribute('aria-current', 'true');
    else line.removeAttribute('aria-current');
  }
}

/** The links of the chosen map: {map, sequence, query, key, weight}. */
function linksOfMap() {
  const map = mapOf(state.sequence, state.current);
  return strongestPlaces(map, linksListed).map((place) => ({
    map: state.current, sequence: state.sequence, query: Math.floor(place / map.columns), key: place % map.columns,
    weight: valueOf(map.codes[place]),
  }));
}

/** The links of all maps and sequences, as the file lists them. */
const linksOfAll = page.links.map((link) => ({
  map: page.maps.findIndex(([layer, head]) => layer === (link.layer ?? null) && head === (link.head ?? null)),
  sequence: link.sequence ?? 0, query: link.query, key: link.key, weight: link.weight,
}));

const showLink = ({map, sequence, query, key}) =>
  update({sequence, current: map, shown: state.shown.includes(map) ? state.shown : [map], spot: {query, key}, pinned: true});

function linkCell(link) {
  const button = element('button', {type: 'button', className: 'link'}, [
    tokenElement(queriesOf(link.sequence)[link.query]), ' → ', tokenElement(keysOf(link.sequence)[link.key]),
  ]);
  button.addEventListener('click', () => showLink(link));
  return element('td', {}, [button]);
}

const linkColumns = {
  weight: {title: page.tensor === 'weights' ? 'weight' : page.tensor, first: 'descending', value: (link) => link.weight, cell: (link) => barCell(link.weight, Math.max(page.largest, 0))},
  link: {title: 'query → key', cell: linkCell},
  places: {title: 'places', cell: (link) => element('td', {className: 'figure quiet', textContent: `${link.query} → ${link.key}`})},
  head: {title: 'head', first: 'ascending', value: (link) => link.map, cell: (link) => mapCell(link.map, titleOf(link.map))},
  sequence: {title: 'sequence', first: 'ascending', value: (link) => link.sequence, cell: (link) => numberCell(`${link.sequence}`)},
};

function fillLinks() {
  const all = document.querySelector('[name=links-of]:checked').value === 'all';
  const {weight, link, places, head, sequence} = linkColumns;
  const columns = [link, weight, places, ...(all ? [head] : []), ...(all && page.sequences.length > 1 ? [sequence] : [])];
  fillTable(byId('links'), columns, all ? linksOfAll : linksOfMap());
}

function makeLinks() {
  byId('links-of').hidden = page.links.length === 0 || (page.maps.length === 1 && page.sequences.length === 1);
  byId('links-of').addEventListener('change', fillLinks);
}

paintOn(['current'], markStatistics);
paintOn(['sequence', 'current'], fillLinks);
