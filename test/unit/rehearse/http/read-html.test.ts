import { expect, test } from 'vitest';
import { findAssets, findCsrfToken } from '../../../../src/rehearse/http/read-html.ts';

const page = 'https://shop.example.com/products/?page=2';

function pathsOf(html: string): readonly string[] {
  return findAssets(html, page).map(({ path, kind }) => `${kind} ${path}`);
}

test('finds what a browser fetches by itself from the same origin', () => {
  const html = `
    <link rel="stylesheet" href="/static/site.css">
    <link href='/static/favicon.svg' rel='shortcut icon'>
    <link rel="preload" as="font" href="/static/a.woff2" crossorigin>
    <link rel=modulepreload href=/static/app.mjs>
    <link rel="manifest" href="/site.webmanifest">
    <script src="../static/app.js?v=1&amp;x=2" defer></script>
    <img alt="a > b" src="https://shop.example.com/media/cup.png">`;
  expect(pathsOf(html)).toEqual([
    'stylesheet /static/site.css',
    'image /static/favicon.svg',
    'font /static/a.woff2',
    'script /static/app.mjs',
    'other /site.webmanifest',
    'script /static/app.js?v=1&x=2',
    'image /media/cup.png',
  ]);
});

test('leaves out links, other origins, data, comments and text of scripts', () => {
  const html = `
    <a href="/about/">About</a>
    <link rel="canonical" href="/products/">
    <img src="https://cdn.example.net/x.png"><img src="//cdn.example.net/y.png">
    <img src="data:image/png;base64,AAAA"><img>
    <!-- <script src="/old.js"></script> -->
    <script>document.write('<img src="/written.png">')</script>
    <style>/* <link rel="stylesheet" href="/no.css"> */</style>`;
  expect(pathsOf(html)).toEqual([]);
});

test('names each asset once', () => {
  expect(pathsOf('<img src="/a.png"><IMG SRC="/a.png">')).toEqual(['image /a.png']);
});

test('finds the token of the first protected form', () => {
  const form = '<form><input type="hidden" name="csrfmiddlewaretoken" value="abc123"></form>';
  expect(findCsrfToken(`<input name="q" value="x">${form}`)).toBe('abc123');
  expect(findCsrfToken('<input name="q">')).toBeUndefined();
});
