import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../command.ts'
import { driveClients } from './drive-clients.ts'
import { matrixPage } from './matrix-page.ts'

/**
 * `node tools/clients/main.ts [part of a name]`: drives every client for real, and writes the matrix into the docs; with part of a name only
 * those, and writes nothing. Exits 1 when something was lost.
 */
const [named] = process.argv.slice(2)
const { reports, lines } = await driveClients(line => console.log(line), named ?? '')
if (named === undefined) await writeFile(join(root, 'docs/reference/clients.md'), matrixPage(reports, lines))
const outcomes = [...reports, ...lines].flatMap(one => Object.values(one.outcomes))
process.exit(outcomes.includes('lost') ? 1 : 0)
