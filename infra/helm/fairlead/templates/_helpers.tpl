{{/* The image of a component: (list $ .Values.connector.image). A digest wins over a tag. */}}
{{- define "fairlead.image" -}}
{{- $root := index . 0 }}{{ $image := index . 1 -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default $root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Labels of an object: (list $ "connector"). Never of a pod's template: an upgrade would restart every pod for them. */}}
{{- define "fairlead.labels" -}}
{{- $root := index . 0 -}}
{{ include "fairlead.selector" . }}
app.kubernetes.io/part-of: fairlead
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{/* What selects the pods of a component. */}}
{{- define "fairlead.selector" -}}
app.kubernetes.io/name: fairlead-{{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{/* What outlives the release when what serves is to go on serving. */}}
{{- define "fairlead.kept" -}}
{{- if .Values.uninstall.keepObjects -}}
helm.sh/resource-policy: keep
{{- end -}}
{{- end }}

{{- define "fairlead.pullSecrets" -}}
{{- with (.Values.global).imagePullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{ end -}}
{{- end }}

{{/* A pod's labels and annotations: (list $ "connector" .Values.connector port). */}}
{{- define "fairlead.podMetadata" -}}
{{- $root := index . 0 }}{{ $component := index . 2 -}}
{{- $annotations := dict -}}
{{- if $root.Values.prometheus.annotations -}}
{{- $annotations = dict "prometheus.io/scrape" "true" "prometheus.io/port" (printf "%v" (index . 3)) "prometheus.io/path" "/metrics" -}}
{{- end -}}
{{- $annotations = merge (dict) $component.podAnnotations $annotations -}}
labels:
  {{- include "fairlead.selector" . | nindent 2 }}
  {{- with $component.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Where a pod runs: (list $ "connector" .Values.connector). */}}
{{- define "fairlead.scheduling" -}}
{{- $component := index . 2 -}}
{{- include "fairlead.pullSecrets" (index . 0) -}}
{{- with $component.priorityClassName -}}
priorityClassName: {{ . }}
{{- end }}
{{- with $component.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $component.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* How replicas keep apart: (list $ "connector" .Values.connector). */}}
{{- define "fairlead.spreading" -}}
{{- $component := index . 2 -}}
affinity:
{{- with $component.affinity }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "fairlead.selector" . | nindent 14 }}
{{- end }}
topologySpreadConstraints:
{{- with $component.topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "fairlead.selector" . | nindent 8 }}
{{- end }}
{{- end }}

{{/* A pod that meets the restricted Pod Security Standard. */}}
{{- define "fairlead.restrictedPod" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "fairlead.restrictedContainer" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Environment that every app reads. */}}
{{- define "fairlead.commonEnv" -}}
{{- $root := index . 0 -}}
- name: FAIRLEAD_LOG_LEVEL
  value: {{ (index . 1).logLevel }}
{{- with $root.Values.k8sServiceHost }}
- name: KUBERNETES_SERVICE_HOST
  value: {{ . | quote }}
{{- end }}
{{- with $root.Values.k8sServicePort }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ . | toString | quote }}
{{- end }}
{{- end }}

{{/* Labels of the nodes that listen, `k=v,k=v`: (list $ matchLabels). Where there is no Envoy or no agent, nothing does. */}}
{{- define "fairlead.hostNodes" -}}
{{- $root := index . 0 -}}
{{- $pairs := list -}}
{{- range $name, $value := merge (dict) (index . 1) $root.Values.envoy.nodeSelector $root.Values.agent.nodeSelector -}}
{{- $pairs = append $pairs (printf "%s=%s" $name $value) -}}
{{- end -}}
{{ join "," $pairs }}
{{- end }}

{{/* What operator and agents must agree on, and the connector tells the cloud. */}}
{{- define "fairlead.meshEnv" -}}
- name: FAIRLEAD_COMPAT_CILIUM_CLASSES
  value: {{ .Values.compat.ciliumClasses | quote }}
- name: FAIRLEAD_INGRESS_FORCE_HTTPS
  value: {{ .Values.ingressController.enforceHttps | quote }}
- name: FAIRLEAD_INGRESS_LOAD_BALANCER_MODE
  value: {{ .Values.ingressController.loadbalancerMode }}
- name: FAIRLEAD_SECRET_NAMESPACES
  value: {{ join "," .Values.tls.secretNamespaces | default "-" | quote }}
- name: FAIRLEAD_GATEWAY_HOST_NETWORK
  value: {{ .Values.gatewayAPI.hostNetwork.enabled | quote }}
- name: FAIRLEAD_GATEWAY_HOST_NETWORK_NODES
  value: {{ include "fairlead.hostNodes" (list . .Values.gatewayAPI.hostNetwork.nodes.matchLabels) | quote }}
- name: FAIRLEAD_INGRESS_HOST_NETWORK
  value: {{ .Values.ingressController.hostNetwork.enabled | quote }}
- name: FAIRLEAD_INGRESS_HOST_NETWORK_NODES
  value: {{ include "fairlead.hostNodes" (list . .Values.ingressController.hostNetwork.nodes.matchLabels) | quote }}
- name: FAIRLEAD_INGRESS_HOST_NETWORK_PORT
  value: {{ .Values.ingressController.hostNetwork.sharedListenerPort | quote }}
- name: FAIRLEAD_ENVOY_METRICS_PORT
  value: {{ .Values.envoy.prometheus.port | quote }}
{{- end }}

{{/* Probes of an app with an admin port. */}}
{{- define "fairlead.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: admin}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: admin}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: admin}
  periodSeconds: 5
  timeoutSeconds: 3
{{- end }}
