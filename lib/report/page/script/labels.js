// Texts from outside: they go into the page as text only, each with a direction of its own.

/** An element with properties, and children that are elements or texts. */
function element(tag, properties = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A token as it is shown: what would be invisible gets a sign. */
const visibleText = (text) => (text.trim() === '' ? '␣' : text.replace(/[\n\r\t]/g, '␣'));

const tokenElement = (text) => element('bdi', {className: 'token', textContent: visibleText(text)});

/** "query → key" in the words of a sequence, for announcements. */
const linkText = (sequence, query, key) =>
  `${visibleText(queriesOf(sequence)[query])} → ${visibleText(keysOf(sequence)[key])}`;

function summaryText() {
  const map = mapOf(state.sequence, state.current);
  if (map.largest < 0) return `${titleOf(state.current)}: no numbers`;
  const [query, key] = [Math.floor(map.place / map.columns), map.place % map.columns];
  return `${titleOf(state.current)}: strongest link ${linkText(state.sequence, query, key)} ${numberText(map.largest, 2)}`;
}

/** Says something to who listens, once it has settled. */
const announce = (() => {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (byId('live').textContent = text), 150);
  };
})();

/** What a spot says of the current map: "layer 0 head 1: it attends to animal 0.43, street 0.12". */
function spotText({query, key}) {
  const map = mapOf(state.sequence, state.current);
  const place = titleOf(state.current);
  if (query !== undefined && key !== undefined) {
    return `${place}: ${linkText(state.sequence, query, key)} ${numberText(map.codes[query * map.columns + key])}`;
  }
  const keep = (i) => (query !== undefined ? Math.floor(i / map.columns) === query : i % map.columns === key);
  const others = strongestPlaces(map, 3, keep).map((i) => {
    const other = query !== undefined ? keysOf(state.sequence)[i % map.columns] : queriesOf(state.sequence)[Math.floor(i / map.columns)];
    return `${visibleText(other)} ${numberText(map.codes[i])}`;
  });
  const own = query !== undefined ? queriesOf(state.sequence)[query] : keysOf(state.sequence)[key];
  const verb = query !== undefined ? 'attends to' : 'is attended to by';
  return `${place}: ${visibleText(own)} ${verb} ${others.join(', ') || 'nothing'}`;
}
