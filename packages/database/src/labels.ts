/** Labels of a cluster or an object. */
export type Labels = Readonly<Record<string, string>>;
