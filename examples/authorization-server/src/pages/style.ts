/** The style sheet of all pages. Colours keep a contrast of at least 4.5:1 in both schemes (WCAG 2.2, 1.4.3). */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f3f4f8; --card: #ffffff; --text: #1b1e2b; --soft: #535a70; --line: #c9cede;
  --accent: #4338ca; --on-accent: #ffffff; --accent-soft: #eceafd; --note: #fff4d6; --on-note: #5c4300;
  --bad: #a3122a; --bad-soft: #fde8eb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12141c; --card: #1c1f2b; --text: #eceef6; --soft: #a9b0c6; --line: #3d4359;
    --accent: #a5a0ff; --on-accent: #15122e; --accent-soft: #2a2850; --note: #3a3115; --on-note: #ffe19a;
    --bad: #ff9aa8; --bad-soft: #43202a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 2rem 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
  display: flex; flex-direction: column; align-items: center; gap: 1.25rem;
}
header { display: flex; align-items: center; gap: .6rem; font-weight: 600; }
header em { font-style: normal; font-weight: 400; color: var(--soft); }
.mark {
  width: 2rem; height: 2rem; border-radius: .6rem; background: var(--accent); color: var(--on-accent);
  display: grid; place-items: center; font-weight: 700;
}
main {
  width: 100%; max-width: 27rem; padding: 1.75rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem;
}
footer { max-width: 27rem; font-size: .875rem; color: var(--soft); text-align: center; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9375rem; }
.note, .bad { padding: .65rem .8rem; border-radius: .6rem; font-size: .9375rem; }
.note { background: var(--note); color: var(--on-note); }
.bad { background: var(--bad-soft); color: var(--bad); font-weight: 600; }
ul.scopes { margin: .25rem 0; padding: 0; list-style: none; }
ul.scopes li { padding: .5rem 0; border-top: 1px solid var(--line); }
ul.scopes li:first-child { border-top: 0; }
code { font: .875rem ui-monospace, "Liberation Mono", monospace; color: var(--soft); }
label.field { display: block; margin-top: .9rem; font-weight: 600; }
input[type="text"], input[type="password"] {
  width: 100%; margin-top: .3rem; padding: .65rem .75rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--soft); border-radius: .6rem;
}
fieldset { margin: 1.5rem 0 1rem; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; }
.choice {
  display: flex; align-items: center; gap: .7rem; margin-top: .5rem; padding: .7rem .8rem; min-height: 2.75rem;
  border: 1px solid var(--line); border-radius: .6rem; cursor: pointer;
}
.choice:has(:checked) { border-color: var(--accent); background: var(--accent-soft); }
.choice input { width: 1.15rem; height: 1.15rem; margin: 0; accent-color: var(--accent); }
.choice code { margin-left: auto; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
button {
  flex: 1 1 9rem; min-height: 2.75rem; padding: .6rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  border-radius: .6rem; border: 1px solid var(--soft); background: transparent; color: var(--text);
}
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.link {
  flex: none; min-height: 1.5rem; padding: 0; border: 0; font-weight: 400; font-size: .9375rem;
  color: var(--accent); text-decoration: underline;
}
form.inline { display: inline; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
caption { text-align: left; font-weight: 600; padding: 1.5rem 0 .25rem; }
th, td { padding: .4rem .5rem .4rem 0; text-align: left; border-top: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
td:nth-child(2) { white-space: nowrap; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
