// Puts the page together.

function showFacts() {
  const fact = (name) => page.facts.find(([other]) => other === name)?.[1];
  const model = fact('model') ?? (fact('seed') === undefined ? 'given heads' : `random weights, seed ${fact('seed')}`);
  const what = page.tensor === 'weights' ? 'Attention' : `Attention: ${page.tensor}`;
  const tokens = page.words ? 'words' : 'tokens';
  const {queries, keys} = sequenceOf(0);
  document.title = `${what} · ${model}`;
  byId('title').textContent = what;
  const size = keys === null ? `${queries.length} ${tokens}` : `${queries.length} × ${keys.length} ${tokens}`;
  byId('subtitle').replaceChildren(element('bdi', {textContent: model}), page.sequences.length > 1 ? ` · ${page.sequences.length} sequences` : ` · ${size}`);
  byId('facts').append(...page.facts.map(([name, value]) =>
    element('div', {}, [element('dt', {textContent: name}), element('dd', {}, [element('bdi', {textContent: value})])])));
  const error = (page.largest - page.least) / page.steps / 2;
  byId('precision').textContent = `Maps are kept in 16 bits a number, within ${Number(error.toPrecision(1))} of what was computed; statistics are of the exact numbers.`;
}

function start() {
  showFacts();
  makeControls();
  makeOverview();
  makeStatistics();
  makeLinks();
  listenToTokens();
  listenToMatrix();
  byId('main').hidden = false;
  if (matchMedia('(max-width: 70rem)').matches) state.view = 'lines';
  const resized = new ResizeObserver(() => repaint(['size']));
  resized.observe(byId('lines'));
  resized.observe(byId('matrix'));
  repaint([...Object.keys(state), 'theme']);
}

start();
