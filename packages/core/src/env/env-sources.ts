const code = /\.([cm]?[jt]sx?|vue|svelte|astro|prisma)$/
const workflow = /^\.github\/.+\.ya?ml$/
const notOurs = /(^|\/)(node_modules|dist|build|\.next|coverage|vendor|fixtures?)\/|\.min\.[cm]?js$|\.d\.[cm]?ts$/
const test =
  /(\.|\/)(test|spec|e2e|stories)\.[cm]?[jt]sx?$|(^|\/)(tests?|__tests__|__mocks__|testing|e2e|cypress|bench)\//

/** A file above that size is data or a bundle: what it reads does not count. */
export const longestEnvSource = 512 * 1024

/** Whether a file is made by tools or comes from elsewhere. @param path from the root of the repository, with `/` */
export const isForeign = (path: string): boolean => notOurs.test(path)

/** Whether a file proves other files instead of serving people. */
export const isTestFile = (path: string): boolean => test.test(path)

/** Whether the names a file reads must be declared: code that serves people, Prisma's schema, workflow files. */
export const readsEnvironment = (path: string): boolean =>
  workflow.test(path) || (code.test(path) && !notOurs.test(path) && !test.test(path))

/** The `.env.example` that answers for a file: the nearest one in its folder or above it; null without any. */
export function exampleFor(path: string, isThere: (example: string) => boolean): string | null {
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    const example = folder === '' ? '.env.example' : `${folder}/.env.example`
    if (isThere(example)) return example
    if (folder === '') return null
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/**
 * Whether a name is by its words one of a secret. Names that bundlers build into a page are public, whatever they say, and so
 * is a key that is publishable.
 * @example isSecretName('STRIPE_SECRET_KEY') // true
 */
export const isSecretName = (name: string): boolean =>
  !isPublicName(name) &&
  /(SECRET|TOKEN|PASSWORD|PASSPHRASE|PRIVATE|CREDENTIALS?|API_?KEY|_KEY|DATABASE_URL|_DSN|WEBHOOK)/.test(name)

/** Whether a name says that everybody may read its value, wherever it is kept: a publishable key is made to be in pages. */
export const isPublicName = (name: string): boolean => browserPrefix.test(name) || /(^|_)PUBLISHABLE(_|$)/.test(name)

/** Prefixes with which Vite, Next.js, SvelteKit, Expo, Nuxt and Create React App put a value into the page. */
export const browserPrefix = /^(VITE_|NEXT_PUBLIC_|PUBLIC_|EXPO_PUBLIC_|NUXT_PUBLIC_|REACT_APP_)/
