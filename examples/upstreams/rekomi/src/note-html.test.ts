import { expect, test } from "vitest";
import { cleanHtml } from "./note-html.ts";

test.each([
  ["a script with its text", "a<script>alert(1)</script>b", "ab"],
  ["a script that does not end", "a<script>alert(1)", "a"],
  ["an image with a handler", 'a<img src=x onerror="alert(1)">b', "ab"],
  ["attributes of a kept tag", '<p onclick="x">a</p>', "a</p>"],
  ["a comment", "a<!-- <b> -->b", "ab"],
  ["a link that runs code", '<a href="javascript:alert(1)">a</a>', "a</a>"],
  ["a quote that ends an address", '<a href="https://a.example" onclick="x">a</a>', "a</a>"],
  ["a tag within a tag", "<scr<script></script>ipt>alert(1)</script>", "alert(1)"],
])("removes %s", (_, html, clean) => {
  expect(cleanHtml(html)).toBe(clean);
});

test("keeps plain marks, links and text", () => {
  const link = '<a href="https://a.example/?x=1">b</a>';
  const kept = '<a href="https://a.example/?x=1" rel="nofollow noopener">b</a>';
  expect(cleanHtml(`<P>Hi <strong>you</strong><br/>1 < 2 & 3</P>${link}`)).toBe(
    `<p>Hi <strong>you</strong><br>1 &lt; 2 &amp; 3</p>${kept}`,
  );
});
