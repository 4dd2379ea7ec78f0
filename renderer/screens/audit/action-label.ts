/** `proposal.approval_withdrawn` as words; the trail's own names, which the filter sends. */
export function actionLabel(action: string): string {
  const words = action.replace(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
