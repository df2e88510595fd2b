/** The colour behind the page, as its style sheet has it: a window that is not drawn yet, or grows, must not flash. */
export const ground = { light: '#f4f5f8', dark: '#15181d' } as const;
