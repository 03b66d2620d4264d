/** Lets so many act at a time; the others wait for their turn, in the order they came. */
export function seats(count: number): <T>(act: () => Promise<T>) => Promise<T> {
  let free = count
  const waiting: (() => void)[] = []
  return async act => {
    if (free > 0) free--
    else await new Promise<void>(done => waiting.push(done))
    try {
      return await act()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
