import type { JobInputs } from './job-memory.ts'

const named = 3

/** Why a job has to run though it ran before: the first parts that differ, files by name. */
export function whyMissed(now: JobInputs, before: JobInputs): string {
  const differing = Object.keys({ ...now.parts, ...before.parts }).filter(
    name => now.parts[name] !== before.parts[name],
  )
  const reasons = differing.map(name => (name === 'files' ? changedFiles(now.files, before.files) : `${name} changed`))
  return reasons.join('; ') || 'nothing changed, but what it left behind is gone'
}

function changedFiles(now: JobInputs['files'], before: JobInputs['files']): string {
  const names = [...new Set([...now.keys(), ...before.keys()])]
    .filter(path => now.get(path) !== before.get(path))
    .sort()
  const some = names.slice(0, named).join(', ')
  if (names.length === 0) return 'files changed'
  return names.length > named ? `${some} and ${names.length - named} more files changed` : `${some} changed`
}
