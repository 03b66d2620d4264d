import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { cleanUpAfterFile } from './after-file.ts'

// Before each file of tests: the programs and threads it starts, hundreds in a run, find types stripped and code compiled, which
// halves what each costs. Vitest forbids that to all while coverage is measured, but that counts in the process of the tests alone.
delete process.env['NODE_DISABLE_COMPILE_CACHE']
process.env['NODE_COMPILE_CACHE'] = join(tmpdir(), 'gantry-test-compiled')

afterAll(cleanUpAfterFile)
