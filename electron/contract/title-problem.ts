/** Of a profile or a snapshot: as long as a person reads it at a glance. */
export const longestTitle = 100;

/** What is wrong with what a person calls a profile or a snapshot, as a sentence; null where nothing is. */
export function titleProblem(title: string): string | null {
  if (title.trim() === '') return 'Give it a name.';
  if ([...title].length > longestTitle)
    return `It has ${[...title].length} characters; ${longestTitle} are the most.`;
  if (/^[./\\=+@~-]/.test(title))
    return `It begins with ${title[0]}, which would be taken for a path, an option or a formula elsewhere.`;
  if (/\p{Cc}/u.test(title)) return 'It holds a line break or another control character.';
  return title.isWellFormed() ? null : 'It holds half a character.';
}
