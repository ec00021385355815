/** How the console looks: the system's font, light and dark, one column on a phone. */
export const styleText = `:root {
  color-scheme: light dark;
  --ground: #f6f6f3; --card: #ffffff; --ink: #1d1f23; --soft: #565b64; --line: #d9dad5; --link: #0b57a4;
  --primary: #14508f; --on-primary: #ffffff; --danger: #a3231b;
  --waits: #7a4b00; --waits-ground: #fdf0d3; --runs: #0b4f94; --runs-ground: #e2eefb;
  --good: #17602f; --good-ground: #e0f3e5; --bad: #97211a; --bad-ground: #fce7e4; --over: #4d525b; --over-ground: #ebebe7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15171b; --card: #1e2126; --ink: #eceef1; --soft: #aab0ba; --line: #363b43; --link: #8cc1ff;
    --primary: #2f74bd; --on-primary: #ffffff; --danger: #c2382d;
    --waits: #ffd58a; --waits-ground: #3d2f10; --runs: #a9d2ff; --runs-ground: #16324f;
    --good: #a2e3b4; --good-ground: #173822; --bad: #ffb6ae; --bad-ground: #471c18; --over: #c3c7ce; --over-ground: #2d3138;
  }
  :root button.primary { background: #235d9c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); display: inline-block; min-width: 24px; min-height: 24px; line-height: 24px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 8px; top: 8px; background: var(--card); padding: 4px 8px; z-index: 1; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 20px; padding: 10px 20px; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { margin: 0; font-weight: 650; }
.brand span { color: var(--soft); font-weight: 400; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; }
nav a { text-decoration: none; padding: 2px 0; }
nav a[aria-current] { color: var(--ink); font-weight: 600; border-bottom: 2px solid var(--primary); }
.who { margin: 0 0 0 auto; display: flex; flex-wrap: wrap; align-items: center; gap: 8px; color: var(--soft); font-size: .9rem; }
main { max-width: 62rem; margin: 0 auto; padding: 16px 20px 64px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 12px 0; }
h2 { font-size: 1.05rem; margin: 0 0 8px; }
h3 { font-size: 1rem; margin: 12px 0 4px; }
p { margin: 0 0 8px; }
.soft { color: var(--soft); }
.live { position: absolute; right: 20px; margin: 0; font-size: .8rem; }
.live:not(:empty)::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%; background: var(--good); }
main { position: relative; }
.row { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
.spread { justify-content: space-between; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin: 0 0 16px; }
.narrow { max-width: 26rem; }
.narrow button { margin-top: 16px; }
.columns { display: grid; gap: 0 16px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 56rem) {
  .columns { grid-template: auto 1fr / minmax(0, 3fr) minmax(0, 2fr); align-items: start; }
  .columns > #decision { grid-area: 1 / 2 / span 2; }
}
label, legend { display: block; font-weight: 600; font-size: .9rem; margin: 8px 0 4px; padding: 0; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
input, select, textarea { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: 6px; padding: 8px 10px; min-height: 42px; }
input[type=radio], input[type=checkbox] { width: 24px; height: 24px; min-height: 24px; margin: 0 8px 0 0; flex: none; vertical-align: middle; }
textarea { font: .9rem/1.45 ui-monospace, "Cascadia Mono", Menlo, monospace; resize: vertical; }
textarea.words { font: inherit; }
button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: 6px 12px; min-height: 36px; cursor: pointer; }
button.primary { background: var(--primary); border-color: var(--primary); color: var(--on-primary); font-weight: 600; }
button.danger { color: var(--bad); border-color: var(--bad); }
.who button { min-height: 28px; padding: 2px 8px; font-size: .85rem; }
form .row { margin-top: 12px; }
.filters { display: grid; gap: 8px 12px; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); align-items: end; }
.filters button { min-height: 42px; }
.tabs { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 16px; padding: 0; list-style: none; }
.tabs a { padding: 4px 12px; border: 1px solid var(--line); border-radius: 99px; background: var(--card); text-decoration: none; min-height: 34px; }
.tabs a[aria-current] { background: var(--primary); border-color: var(--primary); color: var(--on-primary); }
.calls { list-style: none; margin: 0; padding: 0; }
.calls li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 0 0 10px; }
.calls h2 { margin: 0; font-size: 1rem; }
.calls p { margin: 4px 0 0; }
.calls code { display: inline-block; background: var(--ground); border-radius: 4px; padding: 1px 6px; margin: 0 4px 2px 0; }
.badge { display: inline-block; border-radius: 99px; padding: 1px 10px; font-size: .85rem; font-weight: 600; }
.waits { color: var(--waits); background: var(--waits-ground); } .runs { color: var(--runs); background: var(--runs-ground); }
.good { color: var(--good); background: var(--good-ground); } .bad { color: var(--bad); background: var(--bad-ground); }
.over { color: var(--over); background: var(--over-ground); }
.notice { border-radius: 8px; padding: 10px 14px; margin: 0 0 16px; }
.notice p:last-child, .notice ul:last-child { margin-bottom: 0; }
code, pre { font: .88rem/1.45 ui-monospace, "Cascadia Mono", Menlo, monospace; }
pre { margin: 0; padding: 10px 12px; background: var(--ground); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; max-height: 30rem; overflow: auto; }
dl { display: grid; grid-template-columns: minmax(0, 8.5rem) minmax(0, 1fr); gap: 6px 12px; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding: 0 0 6px; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } td.number, th.number { text-align: right; } .numbers th, .numbers td { overflow-wrap: normal; white-space: nowrap; }
ins, del { text-decoration: none; border-radius: 4px; padding: 1px 4px; }
ins { color: var(--good); background: var(--good-ground); } del { color: var(--bad); background: var(--bad-ground); text-decoration: line-through; }
details > summary { cursor: pointer; min-height: 28px; font-weight: 600; }
svg { display: block; width: 100%; height: auto; } svg text { fill: currentColor; font: 11px system-ui, sans-serif; }
svg.key { display: inline-block; width: 12px; height: 12px; margin-right: 6px; }
.grid { stroke: var(--line); } .fill-good { fill: #2e8b57; } .fill-waits { fill: #d99a1b; } .fill-bad { fill: #c8372d; } .fill-over { fill: #8a8f98; }
.pair { display: grid; gap: 0 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); align-items: start; }
.wide th, .wide td { overflow-wrap: normal; } .wide .number { white-space: nowrap; }
.chart { overflow-x: auto; margin: 0 0 8px; } .chart svg { min-width: 34rem; } .chart line { stroke: var(--line); }
.tone-good { fill: var(--good); } .tone-bad { fill: var(--bad); } .tone-waits { fill: var(--waits); } .tone-runs { fill: var(--runs); } .tone-over { fill: var(--over); }
@media (max-width: 30rem) {
  main, .bar { padding-left: 12px; padding-right: 12px; }
  .who { margin-left: 0; }
  svg text { font-size: 22px; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin: 0 0 8px; }
}
`;
