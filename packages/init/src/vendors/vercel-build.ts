import { step } from '../files/yaml.ts'
import { fromTop } from '../from-top.ts'
import type { RepositoryFacts } from '../repository.ts'
import { type Service, servicesOf } from '../services.ts'

/** The command whose requests Gantry's are compared with every night. */
const version = '64.0.2'

/** As Vercel calls them; for others it looks by itself. */
const frameworks: Readonly<Record<string, string>> = {
  'Next.js': 'nextjs',
  Nuxt: 'nuxtjs',
  Astro: 'astro',
  SvelteKit: 'sveltekit',
  Remix: 'remix',
  'React Router': 'react-router',
  'TanStack Start': 'tanstack-start',
  SolidStart: 'solidstart-1',
}

/**
 * Steps that bring what a framework builds into the form Vercel takes, for services whose own build does not. Without an account: of
 * the project's settings only the framework counts here, what else it needs stands in vercel.json.
 */
export const vercelBuildSteps = (facts: RepositoryFacts): string[] =>
  servicesOf(facts)
    .filter(service => isBuiltByVercel(facts, service))
    .flatMap(({ name, dir, framework }) =>
      step({
        name: `Build ${name} for Vercel`,
        'working-directory': dir,
        env: facts.standIns,
        run: [
          `command -v vercel || npm install --global --prefix "$RUNNER_TEMP/vercel" vercel@${version}`,
          'test -e .vercel/project.json || mkdir -p .vercel',
          `test -e .vercel/project.json || echo '${settings(framework)}' > .vercel/project.json`,
          'PATH="$RUNNER_TEMP/vercel/bin:$PATH" vercel build --prod',
        ],
      }),
    )

function isBuiltByVercel(facts: RepositoryFacts, { dir, deploy }: Service): boolean {
  if (deploy['provider'] !== 'vercel' || deploy['static'] !== undefined) return false
  const app = [facts.root, ...facts.packages].find(each => fromTop(facts.base, each.dir) === dir)
  return !Object.values(app?.scripts ?? {}).some(text => /\bvercel build\b/.test(text))
}

const settings = (framework: string): string =>
  JSON.stringify({ projectId: 'none', orgId: 'none', settings: { framework: frameworks[framework] ?? null } })
