/** The look of the page: tokens first, then the parts in the order in which they stand on it. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --surface: #f6f7f9; --sunken: #eef0f3; --line: #d9dee4;
  --text: #1a1f26; --muted: #55606c; --accent: #0a58a8;
  --fail: #b3261e; --fail-tint: #fdf0ee; --warn: #875400; --warn-tint: #fdf5e3;
  --pass: #17713f; --pass-tint: #edf7f1; --none: #7b8794;
  --s1: #0a62b8; --s2: #8a3fa0; --s3: #00737a; --s4: #a04a00;
  --reads: #c22f25; --writes: #d18a00; --little: #8896a5;
  --radius: 8px; --gap: 1rem;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101419; --surface: #181d24; --sunken: #0b0e12; --line: #2d3640;
    --text: #e4e9ee; --muted: #9ba7b4; --accent: #7db8f5;
    --fail: #ff9388; --fail-tint: #2a1715; --warn: #ecc066; --warn-tint: #282011;
    --pass: #64cf95; --pass-tint: #12251b; --none: #77838f;
    --s1: #74b3f2; --s2: #cf93e0; --s3: #4fc6cd; --s4: #f0a45e;
    --reads: #f26d61; --writes: #e0a83a; --little: #6b7887;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 var(--sans); -webkit-text-size-adjust: 100%; }
main, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
section { margin: 2.75rem 0 0; }
h1 { font-size: clamp(1.35rem, 1rem + 2vw, 2rem); line-height: 1.2; margin: 0; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 0 0 0.75rem; letter-spacing: -0.01em; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
code, pre { font-family: var(--mono); font-size: 0.86em; }
code { overflow-wrap: anywhere; }
pre { margin: 0.75rem 0; padding: 0.75rem 0.9rem; background: var(--sunken); border-radius: var(--radius); overflow: auto; max-height: 34rem; line-height: 1.5; tab-size: 4; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: 0.5rem 1rem; z-index: 2; }
.meta { color: var(--muted); font-size: 0.86rem; }
.hint { padding-left: 1.4rem; position: relative; }
.hint::before { content: "→"; position: absolute; left: 0; color: var(--accent); font-weight: 600; }
.card { border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem 1.25rem; margin: 1rem 0; }
.card h3 { margin-top: 0; }
.scroll { overflow-x: auto; }
summary { cursor: pointer; }
.plain, .reasons { padding-left: 1.1rem; margin: 0.5rem 0; }

.verdict { display: flex; gap: 1.1rem; align-items: center; margin: 2.5rem 0 0; padding: 1.5rem; border-radius: 12px; border: 1px solid; }
.verdict .mark { flex: none; width: 3.25rem; height: 3.25rem; margin: 0; border-radius: 50%; display: grid; place-items: center; font-size: 1.5rem; font-weight: 700; color: var(--page); }
.verdict .facts { display: flex; flex-wrap: wrap; gap: 0 1.4rem; margin: 0.35rem 0 0; color: var(--muted); }
.verdict .facts > :first-child { color: var(--text); }
.verdict.pass { background: var(--pass-tint); border-color: var(--pass); } .verdict.pass .mark { background: var(--pass); }
.verdict.fail { background: var(--fail-tint); border-color: var(--fail); } .verdict.fail .mark { background: var(--fail); }
.verdict.error { background: var(--warn-tint); border-color: var(--warn); } .verdict.error .mark { background: var(--warn); }
.verdict.interrupted { background: var(--surface); border-color: var(--none); } .verdict.interrupted .mark { background: var(--muted); }
.card.error { border-color: var(--warn); margin-top: 1.5rem; }
.fixes { list-style: none; counter-reset: fix; padding: 0; margin: 0; display: grid; gap: 0.9rem; }
.fixes li { counter-increment: fix; padding-left: 2.4rem; position: relative; }
.fixes li::before { content: counter(fix); position: absolute; left: 0; top: 0.1rem; width: 1.6rem; height: 1.6rem; border-radius: 50%; display: grid; place-items: center; font-size: 0.86rem; font-weight: 600; background: var(--sunken); }
.fixes a { font-weight: 600; color: var(--text); text-decoration-color: var(--line); }
.fixes p { margin: 0.1rem 0 0; }

.filter { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; margin: 0 0 0.9rem; position: sticky; top: 0; padding: 0.6rem 0; background: var(--page); z-index: 1; }
.filter[hidden] { display: none; }
.filter fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 0.4rem; }
.filter input[type=search] { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--none); border-radius: 6px; padding: 0.35rem 0.7rem; flex: 1 1 14rem; min-width: 0; }
.chip, .filter button { font: inherit; font-size: 0.9rem; display: inline-flex; align-items: center; gap: 0.4rem; padding: 0.32rem 0.75rem; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); color: var(--text); cursor: pointer; }
.chip input { accent-color: var(--accent); margin: 0; }
.chip .count { color: var(--muted); font-variant-numeric: tabular-nums; }
.filter output { color: var(--muted); font-size: 0.86rem; }
.findings { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: var(--radius); overflow: clip; }
.finding { border-left: 4px solid var(--none); scroll-margin-top: 4rem; }
.many .finding { content-visibility: auto; contain-intrinsic-size: auto 2.9rem; }
.finding + .finding { border-top: 1px solid var(--line); }
.finding.fail { border-left-color: var(--fail); } .finding.warn { border-left-color: var(--warn); } .finding.pass { border-left-color: var(--pass); }
.finding:target { background: var(--surface); }
.finding summary { display: flex; gap: 0.7rem; padding: 0.62rem 1rem; align-items: baseline; }
.finding summary::-webkit-details-marker { display: none; }
.finding summary:hover { background: var(--surface); }
.finding .mark { flex: none; width: 1rem; text-align: center; font-weight: 700; }
.finding.fail .mark { color: var(--fail); } .finding.warn .mark { color: var(--warn); } .finding.pass .mark { color: var(--pass); }
.finding .title { flex: 1; overflow-wrap: anywhere; min-width: 0; }
.finding.fail .title { font-weight: 600; }
.step { color: var(--muted); font-size: 0.84rem; }
.finding .body { padding: 0 1rem 0.8rem 2.7rem; }
.finding .place { margin: 0 0 0.25rem; color: var(--muted); }

table { border-collapse: collapse; width: 100%; font-size: 0.94rem; }
th, td { text-align: left; vertical-align: baseline; padding: 0.45rem 0.9rem 0.45rem 0; border-bottom: 1px solid var(--line); }
thead th { font-size: 0.8rem; font-weight: 500; color: var(--muted); }
tbody th { font-weight: 500; }
.steps th { white-space: nowrap; }
.steps td:last-child { overflow-wrap: anywhere; }
.scroll + .scroll, .plain + .scroll { margin-top: 1.25rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when { width: 26%; min-width: 7rem; vertical-align: middle; }
.bar { display: block; width: 100%; height: 10px; border-radius: 3px; }
.bar .track { fill: var(--sunken); } .bar .span { fill: var(--none); }
.passed .bar .span { fill: var(--s1); } .warned .bar .span { fill: var(--writes); } .failed .bar .span, tr.error .bar .span { fill: var(--fail); }
.layers tbody th { overflow-wrap: anywhere; min-width: 9rem; } .layers td:first-child, .layers thead th:first-child { width: 3.5rem; }
.bar .seen { fill: var(--s1); } .bar .wasted { fill: var(--writes); } .wasted { color: var(--warn); }
.swatch.seen { background: var(--s1); } .swatch.wasted { background: var(--writes); }
.environment tbody th { overflow-wrap: break-word; } .environment code { overflow-wrap: break-word; } .environment .outcome { margin: 0; }
.environment td:nth-child(2) { min-width: 11rem; } .environment td:nth-child(3) { min-width: 9rem; } .environment td { overflow-wrap: anywhere; }
.whole { white-space: pre-wrap; overflow-wrap: anywhere; }
.dot { display: inline-block; width: 0.6rem; height: 0.6rem; border-radius: 50%; margin-right: 0.55rem; background: var(--none); }
.passed .dot { background: var(--pass); } .warned .dot { background: var(--writes); } .failed .dot, tr.error .dot { background: var(--fail); } .skipped .dot { background: none; box-shadow: inset 0 0 0 1.5px var(--none); }
.steps tr.skipped { color: var(--muted); }
.outcome { color: var(--muted); font-size: 0.86rem; margin-right: 0.3rem; }
.failed .outcome, tr.error .outcome { color: var(--fail); font-weight: 600; } .warned .outcome { color: var(--warn); }
.measured { list-style: none; margin: 0.15rem 0 0; padding: 0; color: var(--muted); font-size: 0.84rem; } .measured strong { font-weight: 500; color: var(--text); }

.runs { display: block; max-width: 100%; margin-bottom: 0.6rem; }
.runs .pass { fill: var(--pass); } .runs .fail { fill: var(--fail); } .runs .error, .runs .interrupted { fill: var(--none); }
.changes { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.35rem; }
.changes li { padding-left: 4.6rem; position: relative; }
.changes .label { position: absolute; left: 0; top: 0.1rem; font-size: 0.84rem; font-weight: 600; }
.changes .worse .label { color: var(--fail); } .changes .better .label { color: var(--pass); }

.pill { font-size: 0.8rem; font-weight: 600; padding: 0.12rem 0.55rem; border-radius: 99px; background: var(--sunken); }
.pill.unsafe, .pill.fails { color: var(--fail); background: var(--fail-tint); } .pill.caution { color: var(--warn); background: var(--warn-tint); } .pill.safe { color: var(--pass); background: var(--pass-tint); }
.picture { margin: 1rem 0; }
.picture svg { display: block; max-width: 100%; min-width: 40rem; height: auto; }
.picture text { font: 11px var(--sans); fill: var(--muted); } .picture .label { font-family: var(--mono); font-size: 10.5px; fill: var(--text); } .picture .inside { fill: var(--text); }
.picture .tick { stroke: var(--line); } .picture .grid { stroke: var(--line); stroke-dasharray: 2 3; }
rect.migration { fill: var(--sunken); stroke: var(--none); } rect.migration.unsafe, rect.migration.fails { fill: var(--fail-tint); stroke: var(--fail); } rect.migration.caution { fill: var(--warn-tint); stroke: var(--writes); }
.series { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
.series.s1 { stroke: var(--s1); } .series.s2 { stroke: var(--s2); } .series.s3 { stroke: var(--s3); } .series.s4 { stroke: var(--s4); }
rect.statement { fill: var(--none); }
.point.s1 { fill: var(--s1); } .point.s2 { fill: var(--s2); } .point.s3 { fill: var(--s3); } .point.s4 { fill: var(--s4); }
.failure { stroke: var(--fail); stroke-width: 2; }
rect.lock.reads { fill: var(--reads); } rect.lock.writes { fill: var(--writes); } rect.lock.little { fill: var(--little); } rect.waited { fill: none; stroke: var(--text); stroke-dasharray: 3 2; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0.5rem 0 0; padding: 0; font-size: 0.84rem; color: var(--muted); }
.swatch { display: inline-block; width: 0.85rem; height: 0.6rem; border-radius: 2px; margin-right: 0.4rem; }
.swatch.reads { background: var(--reads); } .swatch.writes { background: var(--writes); } .swatch.little { background: var(--little); }
.swatch.s1 { background: var(--s1); height: 3px; vertical-align: middle; } .swatch.s2 { background: var(--s2); height: 3px; vertical-align: middle; } .swatch.s3 { background: var(--s3); height: 3px; vertical-align: middle; } .swatch.s4 { background: var(--s4); height: 3px; vertical-align: middle; }
.sql { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.15rem 0; padding: 0; background: none; }
.log { border: 1px solid var(--line); border-radius: var(--radius); padding: 0.55rem 1rem; margin: 0.5rem 0; }
.lines { font-size: 0.8rem; }
footer { margin-top: 3.5rem; padding-top: 1rem; padding-bottom: 2.5rem; color: var(--muted); font-size: 0.86rem; overflow-wrap: anywhere; }

@media (max-width: 40rem) {
  main, footer { padding: 0 1rem; }
  section { margin-top: 2.25rem; }
  .verdict { padding: 1.1rem; margin-top: 1rem; gap: 0.9rem; align-items: flex-start; }
  .verdict .mark { width: 2.4rem; height: 2.4rem; font-size: 1.1rem; }
  .finding .body { padding-left: 1rem; }
  .finding .step { display: none; }
  .when, .files, .legend.bars { display: none; }
  .card { padding: 0.9rem; }
}
@media print {
  :root { --page: #fff; --surface: #fff; --sunken: #f3f4f6; --line: #c9ced5; --text: #000; --muted: #444; --accent: #000; --fail: #9c1c15; --warn: #6b4300; --pass: #0f5c32; --fail-tint: #fff; --warn-tint: #fff; --pass-tint: #fff; }
  body { font-size: 10pt; }
  main, footer { max-width: none; padding: 0; }
  .filter, .skip { display: none; }
  pre { max-height: none; white-space: pre-wrap; overflow-wrap: anywhere; }
  .many .finding { content-visibility: visible; }
  .finding { break-inside: avoid; }
  .bar, .picture, .dot, .mark, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .picture svg { min-width: 0; width: 100%; }
  .card, tr { break-inside: avoid; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
