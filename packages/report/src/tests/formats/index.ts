import { jestJson } from './jest-json.ts'
import { junit } from './junit.ts'
import { playwrightJson } from './playwright-json.ts'

/** Every format of test results; one file and one line here each. */
export const resultFormats = [playwrightJson, jestJson, junit] as const
