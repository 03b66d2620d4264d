/** A repository as text: what the reader needs and nothing that has to be asked of a disk. */
export interface RepositoryFiles {
  /** Name of its folder, for a repository that does not name itself. */
  folder: string
  /** Folder of the pnpm workspace, where that is not the top of the repository. */
  base?: string
  /** Every file that git does not ignore, with `/`, from the top. */
  paths: readonly string[]
  /** What stands in those that `isRead` asks for. */
  texts: ReadonlyMap<string, string>
  defaultBranch: string
  /** `owner/name`, when its remote is on GitHub. */
  github?: string
  /** Git ignores an `.env.example` at the top, written or not. */
  hidesExample?: boolean
  /** What the variables hold that adapters of a config read, by name. */
  variables?: Readonly<Record<string, string>>
  /** The pnpm that installed it here last, from node_modules/.modules.yaml. */
  pnpmHere?: string
}

export type Side = 'front-end' | 'back-end'

export interface Framework {
  name: string
  side: Side
}

/** One package of the workspace. `dir` is `.` for the root. */
export interface Package {
  dir: string
  name: string
  isPrivate: boolean
  /** It is made for a registry: not private, and it says what others get of it. */
  publishes: boolean
  scripts: Readonly<Record<string, string>>
  /** Names of everything it depends on, of every kind. */
  dependencies: ReadonlyMap<string, string>
  nodeEngine?: string
  framework?: Framework
  /** Where others that import it look: `main`, `module`, `types`, `exports`. */
  entries: readonly string[]
  /** Folders of workspace packages it depends on directly. */
  needs: readonly string[]
}

/** A version and where it comes from. */
export interface Chosen {
  version: string
  why: string
}

export interface EnvName {
  name: string
  /** Folders of the packages whose code reads it. */
  packages: readonly string[]
  /** Each `.env.example` that answers for a file that reads it. */
  examples: readonly string[]
  isSecret: boolean
}

/** A secret or variable that a workflow file or `gantry.config.ts` reads. */
export interface WorkflowName {
  name: string
  path: string
  isSecret: boolean
}

export interface Migrations {
  dir: string
  tool: 'Supabase' | 'Drizzle' | 'Prisma'
}

/** How a repository itself does something: words to be typed in a folder of it. */
export interface OwnCommand {
  /** From the top of the repository. */
  dir: string
  words: readonly string[]
}

/** All that is known about a repository before anything is planned. */
export interface RepositoryFacts {
  name: string
  defaultBranch: string
  github?: string
  root: Package
  /** Folder of the workspace in the repository, empty at its top. All folders of packages are below it. */
  base: string
  /** Without the root, by folder. */
  packages: readonly Package[]
  pnpm: Chosen
  node: Chosen
  hasLockfile: boolean
  /** Names of tasks in turbo.json with the tasks they wait for. */
  turbo?: ReadonlyMap<string, readonly string[]>
  hasNx: boolean
  hasChangesets: boolean
  /** Folder of SQL migrations, e.g. `supabase/migrations`, and whose form they have. */
  migrations?: Migrations
  /** What applies them, where they are Prisma's or Drizzle's and the repository shows it. */
  migrationCommand?: OwnCommand
  /** Variables that each job needs before anything is installed: HUSKY=0. */
  jobEnv: Readonly<Record<string, string>>
  /**
   * What steps that install and build have in the place of a value that is asked for and never used: an address that Prisma's
   * config reads. A step that deploys must never see it, or it takes it for the real one.
   */
  standIns: Readonly<Record<string, string>>
  env: readonly EnvName[]
  /** What workflow files read that people wrote. */
  workflowNames: readonly WorkflowName[]
  /** Every `.env.example` there is. */
  envExamples: readonly string[]
  /** Git would not keep an `.env.example` at the top. */
  hidesExample: boolean
  /** What the variables hold that adapters of a config read, by name. */
  variables: Readonly<Record<string, string>>
  /** Names of the files in .github/workflows. */
  workflows: readonly string[]
  /** Every file of the workspace that exists, to look something up. */
  has(path: string): boolean
  text(path: string): string | undefined
  /** The same from the top of the repository. */
  hasAtTop(path: string): boolean
  textAtTop(path: string): string | undefined
  /** What stands in the code of a package, tests left out, and not what lies in these folders. */
  sources(dir: string, without?: readonly string[]): readonly string[]
  /** What a person should know about how this was read. */
  notes: readonly string[]
}

export interface Refusal {
  reason: string
  hint: string
}
