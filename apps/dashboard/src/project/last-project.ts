const storageKey = 'gantry.last-project'

/** The project this browser looked at last; null where it never did, or keeps nothing. */
export function lastProject(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}

export function rememberProject(project: string): void {
  try {
    localStorage.setItem(storageKey, project)
  } catch {
    // It is asked for again, then.
  }
}

/** Where an address without a project leads: to the project looked at last, or the only one; null when a person has to choose. */
export function projectMeant(projects: readonly string[], last: string | null): string | null {
  if (last !== null && projects.includes(last)) return last
  return projects.length === 1 ? (projects[0] ?? null) : null
}
