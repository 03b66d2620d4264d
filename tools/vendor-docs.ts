import { vendors } from '../packages/delivery/src/index.ts'

/** The tables of docs/reference/vendors.md: what Gantry takes for true about each vendor. */
export async function vendorTables(): Promise<string> {
  const parts = await Promise.all(
    Object.values(vendors).map(async load => {
      const { vendor, tokenEnv, assumptions } = await load()
      const rows = assumptions.map(
        ({ id, says, source, probe, byHand }) =>
          `| \`${id}\` | ${cell(says)} | ${cell(source)} | ${probe ? 'looks' : 'by hand'}${byHand ? `: ${cell(byHand)}` : ''} |`,
      )
      const head = `## ${vendor}\n\nToken: \`${tokenEnv}\`\n\n| assumption | Gantry takes for true | from | how it is checked |\n|---|---|---|---|`
      return `${head}\n${rows.join('\n')}\n`
    }),
  )
  return `\n${parts.join('\n')}`
}

const cell = (text: string) => text.replace(/\|/g, '\\|')
