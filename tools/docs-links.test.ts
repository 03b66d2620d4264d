import { expect, test } from 'vitest'
import { brokenLinks } from './docs-links.ts'

const broken = (pages: Record<string, string>, others: string[] = []) =>
  brokenLinks(
    Object.entries(pages).map(([path, text]) => ({ path, text })),
    path => path in pages || others.includes(path),
  )

test('a link to a file that is there is fine, relative to the page that holds it', () => {
  expect(
    broken({ 'docs/a.md': '[b](../README.md) ![x](images/x.png)', 'README.md': '' }, ['docs/images/x.png']),
  ).toEqual([])
})

test('a link to a file that is not there names page, line and file', () => {
  expect(broken({ 'docs/a.md': 'one\n[b](b.md)' })).toEqual(['docs/a.md:2: b.md: there is no docs/b.md'])
})

test('an anchor must be a heading, spelled as GitHub spells it', () => {
  const page = '# Roll back: `gantry`\n## Same\n## Same\n'
  expect(broken({ 'a.md': '[1](b.md#roll-back-gantry) [2](b.md#same-1)', 'b.md': page })).toEqual([])
  expect(broken({ 'a.md': '[1](b.md#same-2)\n[2](#gone)', 'b.md': page })).toHaveLength(2)
})

test('addresses are not followed, and code holds no links', () => {
  expect(broken({ 'a.md': '[x](https://example.com) [m](mailto:a@b.c) `[x](no.md)`\n```\n[y](no.md)\n```\n' })).toEqual(
    [],
  )
})

test("GitHub's own pages beside the files are not files: a workflow's badge", () => {
  expect(broken({ 'README.md': '![ci](../../actions/workflows/ci.yml/badge.svg)' })).toEqual([])
})

test('a link in HTML is a link', () => {
  expect(broken({ 'a.md': '<img alt="" src="no.png">' })).toHaveLength(1)
})

test('a link may not leave the repository', () => {
  expect(broken({ 'a.md': '[x](../elsewhere.md)' })).toEqual(['a.md:1: ../elsewhere.md leaves the repository'])
})
