import type { Package, RepositoryFacts } from '../repository.ts'

/** Where the files of a vendor say a service runs. */
export interface AtVendor {
  /** Settings of the provider, as gantry.config.ts says them. */
  deploy: Readonly<Record<string, unknown>>
  /** Folder of what is shipped, from the package; left out where the vendor builds. */
  artifact?: string
  /** A path the vendor asks for health. */
  health?: string
  /** What a person has to do before it can be deployed. */
  remark?: string
}

/** What is known of a service before its vendor is looked for. */
export interface OfService {
  facts: RepositoryFacts
  app: Package
  name: string
  /** Folder of plain files its build leaves, from the package; null where it leaves a server. */
  staticFolder: string | null
}

/** Whether a file at the top is about this package: it is the only one, or its folder is named. */
export function isAbout(facts: RepositoryFacts, { dir, name }: Package, text: string): boolean {
  if (facts.packages.length === 0) return true
  if (dir === '.') return false
  const words = text.match(/[@\w./-]+/g)?.map(word => word.replace(/^\.?\/|\/$/g, '')) ?? []
  return words.some(word => word === dir || word.startsWith(`${dir}/`)) || text.includes(`--filter ${name}`)
}

export const inside = (dir: string, path: string): string => (dir === '.' ? path : `${dir}/${path}`)
