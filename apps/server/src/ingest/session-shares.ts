/** The share without; null where there is none to share. More may have crashed than began within the time asked for. */
export const shareOf = (all: number, without: number): number | null =>
  all === 0 ? null : Math.max(0, (all - without) / all)
