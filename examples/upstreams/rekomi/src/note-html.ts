/** Tags that a note keeps, without attributes; a link keeps an http address. */
const BARE = /&lt;(\/?)(p|br|b|strong|i|em|u|ul|ol|li)\s*\/?&gt;/gi;
const LINK = /&lt;a href=&quot;(https?:\/\/[^\s<>&"']{1,500})&quot;&gt;/gi;

/** What goes with its content: nobody means to send it as text. */
const DROPPED = /<(script|style|iframe|object|template)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;

/**
 * Clean HTML of a person for an email.
 *
 * Everything is escaped first, and what is allowed is let through again: so nothing can come out that is not in the list.
 */
export function cleanHtml(html: string): string {
  return escapeHtml(html.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "").replaceAll(DROPPED, ""))
    .replaceAll(BARE, (_, slash: string, tag: string) => `<${slash}${tag.toLowerCase()}>`)
    .replaceAll(LINK, (_, href: string) => `<a href="${href}" rel="nofollow noopener">`)
    .replaceAll(/&lt;\/a&gt;/gi, "</a>")
    .replaceAll(/&lt;\/?[a-z][\s\S]*?&gt;/gi, "");
}

/** Text as HTML that shows it. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
