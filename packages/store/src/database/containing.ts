/** An ILIKE pattern for text taken literally: what people type holds `%`, `_` and backslashes too. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
