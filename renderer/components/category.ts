/** A bank's category as words: `INCOME_OTHER_INCOME` is `Income other income`. What has small letters stays as it is. */
export function categoryText(category: string | null): string | null {
  if (category === null || category !== category.toUpperCase()) return category;
  const words = category.toLowerCase().replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
