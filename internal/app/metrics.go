package app

import (
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/chatcore"
	"parley/internal/netguard"
)

// metrics shows Prometheus the state of the chat, read when it is asked for.
type metrics struct {
	core       *chatcore.Core
	guard      *netguard.Guard
	registry   *prometheus.Registry
	handshakes prometheus.Histogram
}

var (
	sessionsDesc  = prometheus.NewDesc("parley_sessions", "Sessions now, by kind.", []string{"kind"}, nil)
	usersDesc     = prometheus.NewDesc("parley_users", "Users online.", nil, nil)
	roomsDesc     = prometheus.NewDesc("parley_rooms", "Rooms.", nil, nil)
	messagesDesc  = prometheus.NewDesc("parley_messages_total", "Messages accepted, by kind.", []string{"kind"}, nil)
	deliveredDesc = prometheus.NewDesc("parley_deliveries_total", "Messages put into outboxes.", nil, nil)
	closedDesc    = prometheus.NewDesc("parley_sessions_closed_total", "Sessions ended, by reason.", []string{"reason"}, nil)
	refusedDesc   = prometheus.NewDesc("parley_connections_refused_total", "Connections refused, or given up before anybody was let in, by reason.", []string{"reason"}, nil)
	owedDesc      = prometheus.NewDesc("parley_outbox_bytes", "Bytes owed to all sessions.", nil, nil)
)

// messageKinds are the labels of the kinds of messages.
var messageKinds = map[chatcore.EventKind]string{
	chatcore.Said: "said", chatcore.Whispered: "private", chatcore.Emoted: "emote",
}

func newMetrics(core *chatcore.Core, guard *netguard.Guard) *metrics {
	m := &metrics{
		core: core, guard: guard, registry: prometheus.NewRegistry(),
		handshakes: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "parley_ssh_handshake_seconds",
			Help:    "From accepting an SSH connection to its open session.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 8), // 1 ms to 16 s; the limit is 20 s
		}),
	}
	m.registry.MustRegister(m, m.handshakes, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handshaken(d time.Duration) { m.handshakes.Observe(d.Seconds()) }

// Describe implements [prometheus.Collector].
func (m *metrics) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, ch) }

// Collect implements [prometheus.Collector].
func (m *metrics) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	counter := func(d *prometheus.Desc, v uint64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	st := m.core.Stats()
	for kind, n := range st.Sessions {
		gauge(sessionsDesc, n, kind.String())
	}
	gauge(usersDesc, st.Users)
	gauge(roomsDesc, st.Rooms)
	gauge(owedDesc, st.Owed)
	for kind, n := range st.Messages {
		counter(messagesDesc, n, messageKinds[kind])
	}
	counter(deliveredDesc, st.Delivered)
	for reason, n := range st.Closed {
		counter(closedDesc, n, string(reason))
	}
	for reason, n := range m.guard.Refused() {
		counter(refusedDesc, n, string(reason))
	}
}

// handler serves /metrics and /healthz.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return mux
}
