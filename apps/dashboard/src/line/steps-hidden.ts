const key = 'gantry.sample-steps'

/** Whether the person has put the sample's steps away. */
export function areStepsHidden(): boolean {
  try {
    return localStorage.getItem(key) === 'hidden'
  } catch {
    return false
  }
}

export function hideSteps(isHidden: boolean): void {
  try {
    if (isHidden) localStorage.setItem(key, 'hidden')
    else localStorage.removeItem(key)
  } catch {
    // Only this visit, then.
  }
}
