{
  "node": {
    "cluster": "fairlead"
  },
  "static_resources": {
    "listeners": [
      {
        "name": "fairlead-status",
        "address": {
          "socket_address": {
            "address": {{ .Values.listenAddress | quote }},
            "port_value": {{ .Values.envoy.prometheus.port }}
          }
        },
        "filter_chains": [
          {
            "filters": [
              {
                "name": "envoy.filters.network.http_connection_manager",
                "typed_config": {
                  "stat_prefix": "status",
                  "route_config": {
                    "name": "fairlead-status",
                    "virtual_hosts": [
                      {
                        "name": "status",
                        "domains": [
                          "*"
                        ],
                        "routes": [
                          {
                            "match": {
                              "path": "/ready"
                            },
                            "route": {
                              "cluster": "fairlead-admin",
                              "prefix_rewrite": "/ready",
                              "timeout": "10s"
                            }
                          },
                          {
                            "match": {
                              "path": "/metrics"
                            },
                            "route": {
                              "cluster": "fairlead-admin",
                              "prefix_rewrite": "/stats/prometheus",
                              "timeout": "10s"
                            }
                          }
                        ]
                      }
                    ]
                  },
                  "http_filters": [
                    {
                      "name": "envoy.filters.http.router",
                      "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
                      }
                    }
                  ],
                  "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
                }
              }
            ]
          }
        ],
        "ignore_global_conn_limit": true
      }
    ],
    "clusters": [
      {
        "name": "fairlead-agent",
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": {
          "cluster_name": "fairlead-agent",
          "endpoints": [
            {
              "lb_endpoints": [
                {
                  "endpoint": {
                    "address": {
                      "pipe": {
                        "path": "/var/run/fairlead/xds.sock",
                        "mode": 384
                      }
                    }
                  }
                }
              ]
            }
          ]
        },
        "typed_extension_protocol_options": {
          "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "explicit_http_config": {
              "http2_protocol_options": {
                "connection_keepalive": {
                  "interval": "10s",
                  "timeout": "5s"
                }
              }
            },
            "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
          }
        }
      },
      {
        "name": "fairlead-admin",
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": {
          "cluster_name": "fairlead-admin",
          "endpoints": [
            {
              "lb_endpoints": [
                {
                  "endpoint": {
                    "address": {
                      "pipe": {
                        "path": "/run/envoy/admin.sock",
                        "mode": 384
                      }
                    }
                  }
                }
              ]
            }
          ]
        }
      }
    ]
  },
  "dynamic_resources": {
    "lds_config": {
      "ads": {},
      "initial_fetch_timeout": "0s",
      "resource_api_version": "V3"
    },
    "cds_config": {
      "ads": {},
      "initial_fetch_timeout": "0s",
      "resource_api_version": "V3"
    },
    "ads_config": {
      "api_type": "DELTA_GRPC",
      "grpc_services": [
        {
          "envoy_grpc": {
            "cluster_name": "fairlead-agent",
            "retry_policy": {
              "retry_back_off": {
                "base_interval": "0.100s",
                "max_interval": "1s"
              }
            }
          }
        }
      ],
      "set_node_on_first_message_only": true,
      "transport_api_version": "V3"
    }
  },
  "admin": {
    "address": {
      "pipe": {
        "path": "/run/envoy/admin.sock",
        "mode": 384
      }
    }
  },
  "stats_config": {
    "stats_matcher": {
      "inclusion_list": {
        "patterns": [
          {
            "prefix": "cluster_manager."
          },
          {
            "prefix": "control_plane."
          },
          {
            "prefix": "http."
          },
          {
            "prefix": "listener."
          },
          {
            "prefix": "listener_manager."
          },
          {
            "prefix": "overload."
          },
          {
            "prefix": "server."
          },
          {
            "safe_regex": {
              "regex": "cluster\\..*\\.(membership_.*|outlier_detection\\..*active|update_(success|rejected)|upstream_(cx_(active|total|connect_fail|connect_timeout)|rq_(active|total|time|timeout|retry|pending_overflow|[1-5]xx|[1-5]\\d\\d)))"
            }
          }
        ]
      }
    }
  },
  "overload_manager": {
    "resource_monitors": [
      {
        "name": "envoy.resource_monitors.global_downstream_max_connections",
        "typed_config": {
          "max_active_downstream_connections": "50000",
          "@type": "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig"
        }
      }
    ]
  },
  "layered_runtime": {
    "layers": [
      {
        "name": "fairlead",
        "static_layer": {
          "re2.max_program_size.error_level": 2147483647,
          "re2.max_program_size.warn_level": 2147483647
        }
      }
    ]
  },
  "deferred_stat_options": {
    "enable_deferred_creation_stats": true
  }
}
