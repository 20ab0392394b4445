'use strict';
// What the page is about, and its numbers, read from the page's own blocks of data.

const page = JSON.parse(document.getElementById('data').textContent);
const noNumber = 65535;  // the code of what is NaN or infinite

const byId = (id) => document.getElementById(id);
const sequenceOf = (index) => page.sequences[index];
const queriesOf = (index) => sequenceOf(index).queries;
const keysOf = (index) => sequenceOf(index).keys ?? sequenceOf(index).queries;
const valueOf = (code) => page.least + (code / page.steps) * (page.largest - page.least);

/** The codes of a map as they stand in the page: base64 of 16 bits each, little-endian. */
function readCodes(sequence, index) {
  const bytes = atob(byId(`map-${sequence}-${index}`).textContent);
  const codes = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < codes.length; ++i) codes[i] = bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8);
  return codes;
}

/** A map [rows, columns] with the least and largest of its codes, and where the largest is. */
function readMap(sequence, index) {
  const codes = readCodes(sequence, index);
  const map = {index, codes, rows: queriesOf(sequence).length, columns: keysOf(sequence).length, least: noNumber, largest: -1, place: 0};
  for (let i = 0; i < codes.length; ++i) {
    if (codes[i] === noNumber) continue;
    if (codes[i] > map.largest) {
      map.largest = codes[i];
      map.place = i;
    }
    if (codes[i] < map.least) map.least = codes[i];
  }
  if (page.least === 0) map.least = 0;  // weights are measured from nothing
  return map;
}

const mapsRead = new Map();  // the last ones, so that a page of many megabytes stays that small
const mapsKept = 40;

function mapOf(sequence, index) {
  const key = `${sequence} ${index}`;
  const map = mapsRead.get(key) ?? readMap(sequence, index);
  mapsRead.delete(key);
  mapsRead.set(key, map);
  if (mapsRead.size > mapsKept) mapsRead.delete(mapsRead.keys().next().value);
  return map;
}

/** The `count` largest of a map's places for which keep(place) holds, largest first. */
function strongestPlaces(map, count, keep = () => true) {
  const best = [];
  for (let i = 0; i < map.codes.length; ++i) {
    const code = map.codes[i];
    if (code === noNumber || (code === 0 && page.least === 0)) continue;
    if (best.length === count && code <= map.codes[best[count - 1]]) continue;
    if (!keep(i)) continue;
    let at = best.length;
    while (at > 0 && map.codes[best[at - 1]] < code) --at;
    best.splice(at, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** Maps in rows of one layer; a single row where there are no layers, or no heads. */
const mapRows = (() => {
  const rows = new Map();
  page.maps.forEach(([layer, head], index) => {
    const key = head === null ? null : layer;
    if (!rows.has(key)) rows.set(key, []);
    rows.get(key).push(index);
  });
  return [...rows].map(([layer, maps]) => ({layer, maps}));
})();

const rowOf = (index) => mapRows.findIndex((row) => row.maps.includes(index));
const columnOf = (index) => mapRows[rowOf(index)].maps.indexOf(index);

function titleOf(index) {
  const [layer, head] = page.maps[index];
  const parts = [];
  if (layer !== null) parts.push(`layer ${layer}`);
  if (head !== null) parts.push(`head ${head}`);
  return parts.join(' ') || page.tensor;
}

const decimals = (value, digits) => (value === null || !Number.isFinite(value) ? '–' : value.toFixed(digits));
const numberText = (code, digits = 4) => (code === noNumber ? '–' : decimals(valueOf(code), digits));
