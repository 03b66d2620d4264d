import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../command.ts'
import { driveClients } from './drive-clients.ts'
import { matrixPage } from './matrix-page.ts'

/** `node tools/clients/main.ts`: drives every client for real, and writes the matrix into the docs. Exits 1 when something was lost. */
const page = join(root, 'docs/reference/clients.md')
const matrix = await driveClients(line => console.log(line))
await writeFile(page, matrixPage(matrix))
process.exit(matrix.some(({ outcomes }) => Object.values(outcomes).includes('lost')) ? 1 : 0)
