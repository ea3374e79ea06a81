/** `<group>/<Kind>/<namespace>/<name>`; group is empty for core kinds, namespace for cluster-scoped ones. */
export type ObjectKey = string;
