import type { Page } from "playwright-core";

/**
 * Look for what keeps people from reading or using a page: text of too little contrast, fields without a name, a target that is
 * too small to hit, headings out of order, a page wider than its window. None found: an empty list.
 *
 * @see WCAG 2.2: 1.3.1, 1.4.3, 1.4.10, 2.5.8, 3.3.2
 */
export function findFlaws(page: Page): Promise<readonly string[]> {
  // As text, because it runs in the page, and the project has no types of the DOM.
  return page.evaluate<readonly string[]>(`(${script})()`);
}

const script = String.raw`function () {
  const flaws = [];
  const isShown = (element) => element.getClientRects().length > 0;
  const name = (element) => element.tagName.toLowerCase() + " " + JSON.stringify(element.textContent.trim().slice(0, 40));

  const toColor = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return { red, green, blue, alpha };
  };
  const luminance = ({ red, green, blue }) => {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const backgroundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = toColor(getComputedStyle(at).backgroundColor);
      if (color.alpha === 1) return color;
    }
    return { red: 255, green: 255, blue: 255 };
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === "" || !isShown(element)) continue;
    const [light, dark] = [luminance(toColor(getComputedStyle(element).color)), luminance(backgroundOf(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) flaws.push("contrast " + contrast.toFixed(1) + ": " + name(element));
  }

  for (const field of document.querySelectorAll("input:not([type=hidden])")) {
    if (field.labels.length === 0) flaws.push("no label: " + field.name);
  }
  for (const target of document.querySelectorAll("button, a, input:not([type=hidden])")) {
    const { width, height } = (target.closest("label") ?? target).getBoundingClientRect();
    if (Math.min(width, height) < 24) flaws.push("small target: " + name(target));
  }
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(({ tagName }) => Number(tagName[1]));
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) flaws.push("not one h1 first: " + levels);
  if (levels.some((level, index) => level > (levels[index - 1] ?? 0) + 1)) flaws.push("a level of headings is left out: " + levels);
  if (document.documentElement.lang === "" || document.title === "") flaws.push("no language or no title");
  if (document.documentElement.scrollWidth > innerWidth) flaws.push("wider than the window: " + document.documentElement.scrollWidth);
  return flaws;
}`;
