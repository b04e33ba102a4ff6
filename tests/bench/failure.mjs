/** What a row says instead of figures: the first lines of an error. */
export const explain = (error) => ({
  failed: String(error?.stack ?? error)
    .split('\n')
    .slice(0, 3)
    .join(' | '),
});
