package mysql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"revise/drivers"
	"strings"
	"time"
)

// params is what stands behind the ? of a database URL.
type params struct {
	tls                 string
	ca, cert, key       string
	timeout             time.Duration
	charset, collation  string
	sqlMode, timeZone   string
	hasSQLMode, hasZone bool
}

const (
	knownParams    = "tls, ssl-ca, ssl-cert, ssl-key, timeout, charset, collation, sql_mode, time_zone, socket"
	defaultTimeout = 15 * time.Second
)

var nameForm = drivers.Form(`^[0-9A-Za-z_]+$`)

// readParams checks the parameters. No error shows what was given: behind a ? may stand the rest of a password.
func readParams(given map[string]string) (params, error) {
	p := params{timeout: defaultTimeout, charset: "utf8mb4"}
	for key, value := range given {
		switch key {
		case "tls":
			switch value {
			case "true", "false", "skip-verify", "preferred":
				p.tls = value
			default:
				return params{}, errors.New("the parameter tls is one of true, false, skip-verify, preferred")
			}
		case "ssl-ca":
			p.ca = value
		case "ssl-cert":
			p.cert = value
		case "ssl-key":
			p.key = value
		case "timeout":
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 {
				return params{}, errors.New("the parameter timeout is a duration such as 10s")
			}
			p.timeout = d
		case "charset", "collation":
			if !nameForm().MatchString(value) {
				return params{}, fmt.Errorf("the parameter %s is a name such as utf8mb4", key)
			}
			if key == "charset" {
				p.charset = value
			} else {
				p.collation = value
			}
		case "sql_mode":
			p.sqlMode, p.hasSQLMode = value, true
		case "time_zone":
			p.timeZone, p.hasZone = value, true
		default:
			return params{}, errors.New("the database URL has a parameter that the driver does not know; known are " + knownParams)
		}
	}
	if (p.cert == "") != (p.key == "") {
		return params{}, errors.New("the parameters ssl-cert and ssl-key belong together")
	}
	if p.tls == "" && p.ca+p.cert != "" {
		p.tls = "true"
	}
	if p.tls == "false" && p.ca+p.cert != "" {
		return params{}, errors.New("the parameter tls=false contradicts ssl-ca, ssl-cert and ssl-key")
	}
	return p, nil
}

// tlsConfig gives nil where no certificate is named, and the library's own word for the mode is enough.
func (p params) tlsConfig(host string) (*tls.Config, error) {
	if p.ca+p.cert == "" {
		return nil, nil
	}
	cfg := &tls.Config{ServerName: host, InsecureSkipVerify: p.tls != "true"}
	if p.ca != "" {
		pem, err := os.ReadFile(p.ca)
		if err != nil {
			return nil, fmt.Errorf("read the authorities of ssl-ca: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("the file of ssl-ca holds no certificate in PEM form")
		}
	}
	if p.cert != "" {
		pair, err := tls.LoadX509KeyPair(p.cert, p.key)
		if err != nil {
			return nil, fmt.Errorf("read ssl-cert and ssl-key: %w", err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

// setup is the SQL that gives a new session its settings. Results always come as UTF-8, whatever the files are written in.
func (p params) setup() []string {
	names := "SET NAMES " + p.charset
	if p.collation != "" {
		names += " COLLATE " + p.collation
	}
	var sets []string
	if !strings.EqualFold(p.charset, "utf8mb4") {
		sets = append(sets, "character_set_results = utf8mb4")
	}
	if p.hasSQLMode {
		sets = append(sets, "sql_mode = "+Driver{}.Literal(p.sqlMode))
	}
	if p.hasZone {
		sets = append(sets, "time_zone = "+Driver{}.Literal(p.timeZone))
	}
	if len(sets) == 0 {
		return []string{names}
	}
	return []string{names, "SET SESSION " + strings.Join(sets, ", ")}
}
