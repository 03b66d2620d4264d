import { describeRepository, isRead } from '@gantry/init'
import { describe, expect, it } from 'vitest'
import { printInStyle } from './print-in-style.ts'
import { readStyle } from './read-style.ts'

function styleOf(files: Record<string, string>) {
  const texts = Object.entries({ 'package.json': '{ "name": "shop" }', ...files })
  const facts = describeRepository({
    folder: 'shop',
    paths: texts.map(([path]) => path),
    texts: new Map(texts.filter(([path]) => isRead(path))),
    defaultBranch: 'main',
  })
  if ('reason' in facts) throw new Error(facts.reason)
  return readStyle(facts)
}

const planned = "export default {\n  'a-b': 1,\n  list: [{ c: 'd' }],\n}\n"
const printed = async (files: Record<string, string>) => {
  const style = styleOf(files)
  return style === null ? planned : printInStyle('gantry.config.ts', planned, style)
}
const uses = (dependency: string) => JSON.stringify({ name: 'shop', devDependencies: { [dependency]: '1' } })

describe('the style of a repository', () => {
  it.each([
    [
      'Prettier as it comes',
      { 'package.json': uses('prettier') },
      'export default {\n  "a-b": 1,\n  list: [{ c: "d" }],\n};\n',
    ],
    ['.prettierrc in YAML', { '.prettierrc': 'semi: false\nsingleQuote: true\n' }, planned],
    [
      '.prettierrc with comments',
      { '.prettierrc.json': '{ // four\n "tabWidth": 4, }' },
      'export default {\n    "a-b": 1,\n    list: [{ c: "d" }],\n};\n',
    ],
    [
      'prettier in package.json',
      { 'package.json': '{ "name": "shop", "prettier": { "useTabs": true, "trailingComma": "none" } }' },
      'export default {\n\t"a-b": 1,\n\tlist: [{ c: "d" }]\n};\n',
    ],
    [
      'prettier.config.mjs',
      { 'prettier.config.mjs': "export default { singleQuote: true, quoteProps: 'consistent' }" },
      "export default {\n  'a-b': 1,\n  'list': [{ 'c': 'd' }],\n};\n".replace("'c'", 'c'),
    ],
    ['Biome as it comes', { 'biome.json': '{}' }, 'export default {\n\t"a-b": 1,\n\tlist: [{ c: "d" }],\n};\n'],
    [
      'biome.jsonc',
      {
        'biome.jsonc':
          '{ "formatter": { "indentStyle": "space" }, /* own */ "javascript": { "formatter": { "semicolons": "asNeeded", "quoteStyle": "single" } } }',
      },
      planned,
    ],
    [
      'dprint',
      { 'dprint.json': '{ "typescript": { "semiColons": "asi" } }' },
      'export default {\n    "a-b": 1,\n    list: [{ c: "d" }],\n}\n',
    ],
    [
      "antfu's preset of ESLint",
      { 'package.json': uses('@antfu/eslint-config'), 'eslint.config.js': 'export default antfu()' },
      "export default {\n  'a-b': 1,\n  'list': [{ c: 'd' }],\n}\n",
    ],
    [
      'stylistic rules of ESLint',
      {
        'eslint.config.mjs':
          "export default [{ rules: { '@stylistic/semi': ['error', 'always'], '@stylistic/quotes': ['error', 'double'], '@stylistic/indent': ['error', 4] } }]",
      },
      'export default {\n    "a-b": 1,\n    list: [{ c: "d" }],\n};\n',
    ],
    [
      '.editorconfig',
      { '.editorconfig': 'root = true\n[*]\nindent_style = tab\n[*.md]\nindent_style = space\n' },
      "export default {\n\t'a-b': 1,\n\tlist: [{ c: 'd' }],\n}\n",
    ],
    ['nothing at all', {}, planned],
  ])('is read from %s', async (_, files, expected) => expect(await printed(files)).toBe(expected))

  it('is nobody’s where Biome only lints, and .editorconfig gives way to a formatter', () => {
    expect(styleOf({ 'biome.json': '{ "formatter": { "enabled": false } }' })).toBeNull()
    const both = styleOf({
      '.editorconfig': '[*]\nindent_size = 4\nindent_style = tab\n',
      '.prettierrc': '{ "useTabs": false }',
    })
    expect(both?.options).toEqual({ useTabs: false, tabWidth: 4 })
  })

  it('goes for pages and workflow files where the formatter looks at them', async () => {
    const style = styleOf({ '.prettierrc': '{ "singleQuote": true }' })
    if (style === null) throw new Error('expected a style, got none')
    expect(await printInStyle('a.md', '* one\n* two\n', style)).toBe('- one\n- two\n')
    expect(await printInStyle('a.yml', 'a:   "b"\n', style)).toBe("a: 'b'\n")
  })
})
