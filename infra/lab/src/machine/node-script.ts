import type { NodePlan } from "../plan/node-plan.ts";

/** Folders of the machine that a node sees with its own changes on top, which go with the node. */
const OVERLAYS = ["/etc", "/opt", "/var/lib", "/var/log"];

/**
 * The shell script that turns a fresh mount and host name namespace into a node, then holds it open. Every mount lives
 * in that namespace alone, so nothing of it is left once the node's last process has ended.
 */
export function nodeScript(node: NodePlan): string {
  const own = node.binds.map(
    (path) => `mkdir -p ${quote(path)} /run/lab/root${path}\nmount --bind /run/lab/root${path} ${quote(path)}`,
  );
  return `set -eu
hostname ${quote(node.name)}
# A copy of another lab's namespaces would keep them alive after that lab is gone.
if [ -d /run/netns ]; then umount -R -l /run/netns 2>/dev/null || true; fi
mkdir -p ${quote(node.root)}
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/lab/root /run/lab/overlay
mount --bind ${quote(node.root)} /run/lab/root
for folder in ${OVERLAYS.join(" ")}; do
  layer=/run/lab/overlay/$(echo "$folder" | tr / _)
  mkdir -p "$layer/upper" "$layer/work" "$folder"
  mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work" overlay "$folder"
done
${own.join("\n")}
for file in hostname hosts resolv.conf; do
  rm -f "/etc/$file"
  cp "/run/lab/root/etc/$file" "/etc/$file"
done
mount -t bpf bpf /sys/fs/bpf
mount --make-rshared /
touch /run/lab/ready
echo "node ${node.name} is set up"
exec sleep infinity
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
