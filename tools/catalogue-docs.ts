/** Shape of core's error catalogue, so that tests can render a small one. */
export type Catalogue = Record<string, { status: number; exit: 1 | 2 | 3; hint: string }>

/** docs/reference/errors.md, made from the error catalogue. */
export function cataloguePage(catalogue: Catalogue): string {
  const codes = Object.entries(catalogue)
  return `${head(codes.length)}\n${codes.map(section).join('\n')}`
}

const head = (count: number) => `# Errors

<!-- Generated from packages/core/src/errors/catalogue.ts by \`node tools/generated.ts\`. Change it there. -->

Every failure Gantry knows has a code, a message and a hint. The message says what was expected and what came; the hint
is what to type next. The command prints all three, the HTTP API answers with them (see [HTTP API](http.md#errors)), and
\`--json\` carries them as fields. A code never changes its meaning and is never given to another failure.

The exit code tells a script who has to act:

| exit | means |
|---|---|
| 0 | done |
| 1 | the thing that was checked is bad: a red run, an unmet gate, a conflict |
| 2 | the call was wrong: a missing flag, a bad file, no permission |
| 3 | Gantry, or a service it needs, failed |

${count} codes, in the order of the catalogue:
`

const section = ([code, { status, exit, hint }]: [string, Catalogue[string]]) =>
  `## ${code}\n\nHTTP ${status}, exit ${exit}. ${hint}\n`
