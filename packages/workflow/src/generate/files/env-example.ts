import type { EnvName, RepositoryFacts } from '../repository.ts'

/** Every name the code reads, by package, without a single value. */
export function envExample({ env, root, packages }: RepositoryFacts): string {
  const groups = [root, ...packages].map(({ dir, name }) => ({
    title: dir === '.' ? name : dir,
    names: env.filter(each => each.packages[0] === dir),
  }))
  return [
    '# Every name the code reads from its environment. Real values never go into this file: a value for this machine goes',
    '# into `.env`, which git must ignore; one for staging or production into that environment of the repository.',
    ...(env.length === 0 ? ['', '# The code reads none yet.'] : []),
    ...groups.flatMap(({ title, names }) => (names.length === 0 ? [] : ['', `# ${title}`, ...names.flatMap(linesOf)])),
    '',
  ].join('\n')
}

const linesOf = ({ name, packages, isSecret }: EnvName): string[] => [
  ...(packages.length > 1 ? [`# also read by ${packages.slice(1).join(', ')}`] : []),
  ...(isSecret ? ['# secret'] : []),
  `${name}=`,
]
