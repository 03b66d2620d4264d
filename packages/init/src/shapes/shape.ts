/** A repository as teams have it, small enough to be installed in seconds. */
export interface Shape {
  name: string
  /** Few dependencies and no build: tried in every run, the others every night. */
  isQuick?: boolean
  files: Readonly<Record<string, string>>
  /** Where its pnpm workspace is, when not at the top. */
  folder?: string
  /** What its people type after a fresh clone, in turn; the first that fails ends it. */
  byHand: readonly string[]
  /** A change below `folder` that must turn both red: the commands typed by hand and the workflow. */
  broken: Readonly<Record<string, string>>
  /** The step that must find it. */
  brokenAt: string
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
export const lines = (...text: string[]): string => `${text.join('\n')}\n`

export const typescript = { typescript: '5.9.3' }

/** Strict, and with the import endings of whatever bundles or compiles it. */
export const tsconfig = (changes: Record<string, unknown> = {}, rest: Record<string, unknown> = {}): string =>
  json({
    compilerOptions: { target: 'es2023', module: 'nodenext', strict: true, skipLibCheck: true, ...changes },
    include: ['src'],
    ...rest,
  })

export const gitignore = lines('node_modules', 'dist', '.next', '.turbo', '*.tsbuildinfo', '.env')
