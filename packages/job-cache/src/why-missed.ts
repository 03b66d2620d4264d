import type { Inputs } from './inputs.ts'

const named = 3

/**
 * Why a job or task has to run though it ran before: the parts that differ, files by name.
 * @param ownerOf says of a file which other package it is of and why that counts, such as `its dependency @x/a`
 */
export function whyMissed(
  now: Inputs,
  before: Inputs,
  ownerOf: (path: string) => string | undefined = () => undefined,
): string {
  const differing = Object.keys({ ...now.parts, ...before.parts }).filter(
    name => now.parts[name] !== before.parts[name],
  )
  const reasons = differing.map(name =>
    name === 'files' ? changedFiles(now.files, before.files, ownerOf) : `${name} changed`,
  )
  return reasons.join('; ') || 'nothing changed, but what it left behind is gone'
}

function changedFiles(
  now: Inputs['files'],
  before: Inputs['files'],
  ownerOf: (path: string) => string | undefined,
): string {
  const names = [...new Set([...now.keys(), ...before.keys()])]
    .filter(path => now.get(path) !== before.get(path))
    .sort()
  // What is its own says more than what it depends on.
  const own = names.filter(path => ownerOf(path) === undefined)
  if (own.length > 0) return said(own)
  const owner = names.map(ownerOf).find(each => each !== undefined)
  return owner === undefined ? 'files changed' : `${owner}: ${said(names)}`
}

function said(names: readonly string[]): string {
  const some = names.slice(0, named).join(', ')
  return names.length > named ? `${some} and ${names.length - named} more files changed` : `${some} changed`
}
