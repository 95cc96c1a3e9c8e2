// The oracle tells what Go and Helm make of an input: one JSON request a line in, one JSON answer a line out, in order.
//
//	{"mode": "render", "files": {"Chart.yaml": "…", "templates/a.yaml": "{{ .Values.a }}"}, "values": "a: 1", "set": ["b=2"]}
//	{"out": {"c/templates/a.yaml": "1"}}
//
// An answer has "out", or "error" with the exact text, or "panic" with what was panicked about. A text that is no UTF-8 is written, and
// may be given, as {"base64": "…"}. The modes are the functions of the table `modes`. Nothing is read but standard input, and no
// network is touched.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/semver/v3"
	"github.com/Masterminds/sprig/v3"
	goyaml "sigs.k8s.io/yaml/goyaml.v3"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// text is a Go string that JSON may not be able to hold.
type text string

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return plain(string(t))
	}
	return plain(map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(t))})
}

func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return json.Unmarshal(data, (*string)(t))
	}
	var raw struct{ Base64 []byte }
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*t = text(raw.Base64)
	return nil
}

func plain(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimRight(buffer.Bytes(), "\n"), err
}

type request struct {
	Mode string `json:"mode"`

	// render
	Files       map[string]text `json:"files"`
	Values      text            `json:"values"`
	Set         []text          `json:"set"`
	SetString   []text          `json:"setString"`
	Release     release         `json:"release"`
	KubeVersion string          `json:"kubeVersion"`
	APIVersions []string        `json:"apiVersions"`
	Strict      bool            `json:"strict"`
	Lint        bool            `json:"lint"`

	// all others
	Name     text            `json:"name"`
	Text     text            `json:"text"`
	Function string          `json:"function"`
	Into     json.RawMessage `json:"into"`
	Args     []typed         `json:"args"`
	Texts    []text          `json:"texts"`
	Number   int             `json:"number"`
}

type release struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	IsUpgrade bool   `json:"isUpgrade"`
}

// typed is a value that says its Go type: {"int64": "5"}, {"list": [{"string": "a"}]}.
type typed struct{ value any }

func (t *typed) UnmarshalJSON(data []byte) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	for kind, raw := range given {
		switch kind {
		case "nil":
			t.value = nil
		case "bool":
			var flag bool
			if err := json.Unmarshal(raw, &flag); err != nil {
				return err
			}
			t.value = flag
		case "list":
			var items []typed
			if err := json.Unmarshal(raw, &items); err != nil {
				return err
			}
			list := make([]any, len(items))
			for i, item := range items {
				list[i] = item.value
			}
			t.value = list
		case "map":
			var members map[string]typed
			if err := json.Unmarshal(raw, &members); err != nil {
				return err
			}
			table := make(map[string]any, len(members))
			for key, member := range members {
				table[key] = member.value
			}
			t.value = table
		case "strings":
			var items []text
			if err := json.Unmarshal(raw, &items); err != nil {
				return err
			}
			list := make([]string, len(items))
			for i, item := range items {
				list[i] = string(item)
			}
			t.value = list
		default:
			var word text
			if err := json.Unmarshal(raw, &word); err != nil {
				return err
			}
			value, err := scalar(kind, string(word))
			if err != nil {
				return err
			}
			t.value = value
		}
	}
	return nil
}

func scalar(kind, word string) (any, error) {
	switch kind {
	case "string":
		return word, nil
	case "bytes":
		return []byte(word), nil
	case "float64":
		return strconv.ParseFloat(word, 64)
	case "int":
		return strconv.Atoi(word)
	case "int64":
		return strconv.ParseInt(word, 10, 64)
	case "uint8":
		number, err := strconv.ParseUint(word, 10, 8)
		return uint8(number), err
	case "duration":
		number, err := strconv.ParseInt(word, 10, 64)
		return time.Duration(number), err
	case "error":
		return errors.New(word), nil
	}
	return nil, fmt.Errorf("no such type: %s", kind)
}

func (r *request) arguments() []any {
	values := make([]any, len(r.Args))
	for i, arg := range r.Args {
		values[i] = arg.value
	}
	return values
}

type answer struct {
	Out   any   `json:"out,omitempty"`
	Error *text `json:"error,omitempty"`
	Panic *text `json:"panic,omitempty"`
}

var modes = map[string]func(*request) (any, error){
	"render":      render,
	"parse":       parse,
	"printf":      printf,
	"yaml":        readYAML,
	"values":      readValues,
	"toyaml":      writeYAML,
	"json":        readJSON,
	"toml":        readTOML,
	"strvals":     setValues,
	"semver":      compareVersions,
	"regex":       matchRegex,
	"duration":    readDuration,
	"time":        readTime,
	"quote":       quoted,
	"kubeversion": readKubeVersion,
}

// render does what `helm template` does with a chart, up to the texts of its templates.
func render(r *request) (any, error) {
	values, err := r.values()
	if err != nil {
		return nil, err
	}
	loaded, err := r.chart()
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	capabilities := common.DefaultCapabilities.Copy()
	if r.KubeVersion != "" {
		version, err := common.ParseKubeVersion(r.KubeVersion)
		if err != nil {
			return nil, err
		}
		capabilities.KubeVersion = *version
	}
	if r.APIVersions != nil {
		capabilities.APIVersions = r.APIVersions
	}
	options := common.ReleaseOptions{
		Name:      r.Release.Name,
		Namespace: r.Release.Namespace,
		Revision:  r.Release.Revision,
		IsInstall: !r.Release.IsUpgrade,
		IsUpgrade: r.Release.IsUpgrade,
	}
	composed, err := util.ToRenderValues(loaded, values, options, capabilities)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Engine{Strict: r.Strict, LintMode: r.Lint}.RenderWithContext(context.Background(), loaded, composed)
	if err != nil {
		return nil, err
	}
	out := make(map[string]text, len(rendered))
	for name, data := range rendered {
		out[name] = text(data)
	}
	return out, nil
}

func (r *request) values() (map[string]any, error) {
	values, err := loader.LoadValues(strings.NewReader(string(r.Values)))
	if err != nil {
		return nil, err
	}
	for _, line := range r.Set {
		if err := strvals.ParseInto(string(line), values); err != nil {
			return nil, fmt.Errorf("failed parsing --set data: %w", err)
		}
	}
	for _, line := range r.SetString {
		if err := strvals.ParseIntoString(string(line), values); err != nil {
			return nil, fmt.Errorf("failed parsing --set-string data: %w", err)
		}
	}
	return values, nil
}

func (r *request) chart() (*chart.Chart, error) {
	var files []*archive.BufferedFile
	for name, data := range r.Files {
		files = append(files, &archive.BufferedFile{Name: name, ModTime: time.Unix(0, 0), Data: []byte(data)})
	}
	return loader.LoadFiles(files)
}

// parse tells whether a text is a template in Go's eyes. The functions are Helm's, by name.
func parse(r *request) (any, error) {
	_, err := template.New(string(r.Name)).Funcs(names).Parse(string(r.Text))
	return true, err
}

var names = func() template.FuncMap {
	known := sprig.TxtFuncMap()
	delete(known, "env")
	delete(known, "expandenv")
	for _, name := range strings.Fields(`toToml mustToToml fromToml toYaml mustToYaml toYamlPretty fromYaml fromYamlArray toJson
		mustToJson fromJson fromJsonArray mustToDuration durationSeconds durationMilliseconds durationMicroseconds
		durationNanoseconds durationMinutes durationHours durationDays durationWeeks durationRoundTo durationTruncateTo include tpl
		required lookup`) {
		known[name] = func(...any) any { return nil }
	}
	return known
}()

func printf(r *request) (any, error) {
	switch r.Function {
	case "sprint":
		return text(fmt.Sprint(r.arguments()...)), nil
	case "sprintln":
		return text(fmt.Sprintln(r.arguments()...)), nil
	}
	return text(fmt.Sprintf(string(r.Text), r.arguments()...)), nil
}

// readYAML gives the value as JSON text, and what is written of it again.
func readYAML(r *request) (any, error) {
	data := []byte(r.Text)
	var value any
	if r.Function == "strict" {
		if err := yaml.UnmarshalStrict(data, &value); err != nil {
			return nil, err
		}
	} else if r.Function == "map" {
		table := map[string]any{}
		if err := yaml.Unmarshal(data, &table); err != nil {
			return nil, err
		}
		value = table
	} else if err := yaml.Unmarshal(data, &value); err != nil {
		return nil, err
	}
	return written(value)
}

func readValues(r *request) (any, error) {
	values, err := loader.LoadValues(strings.NewReader(string(r.Text)))
	if err != nil {
		return nil, err
	}
	return written(values)
}

func writeYAML(r *request) (any, error) { return written(r.Args[0].value) }

func written(value any) (any, error) {
	var pretty bytes.Buffer
	encoder := goyaml.NewEncoder(&pretty)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	asYAML, err := yaml.Marshal(value)
	if err != nil {
		return nil, err
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	out := map[string]text{"json": text(asJSON), "yaml": text(asYAML), "pretty": text(pretty.String())}
	out["toml"] = writtenAsTOML(value)
	return out, nil
}

func writtenAsTOML(value any) (out text) {
	defer func() {
		if problem := recover(); problem != nil {
			out = text(fmt.Sprintf("error: %v", problem))
		}
	}()
	var buffer bytes.Buffer
	if err := toml.NewEncoder(&buffer).Encode(value); err != nil {
		return text("error: " + err.Error())
	}
	return text(buffer.String())
}

func readJSON(r *request) (any, error) {
	var value any
	if r.Function == "map" {
		table := map[string]any{}
		if err := json.Unmarshal([]byte(r.Text), &table); err != nil {
			return nil, err
		}
		value = table
	} else if err := json.Unmarshal([]byte(r.Text), &value); err != nil {
		return nil, err
	}
	out, err := json.Marshal(value)
	return text(out), err
}

func readTOML(r *request) (any, error) {
	table := map[string]any{}
	if err := toml.Unmarshal([]byte(r.Text), &table); err != nil {
		return nil, err
	}
	out, err := json.Marshal(table)
	return text(out), err
}

var setters = map[string]func(string, map[string]any) error{
	"set":     strvals.ParseInto,
	"string":  strvals.ParseIntoString,
	"json":    strvals.ParseJSON,
	"literal": strvals.ParseLiteralInto,
	"file": func(line string, into map[string]any) error {
		return strvals.ParseIntoFile(line, into, func(path []rune) (any, error) { return "<" + string(path) + ">", nil })
	},
}

// setValues gives the tree after a line of --set, each number with its Go type.
func setValues(r *request) (any, error) {
	into := map[string]any{}
	if len(r.Into) > 0 {
		if err := json.Unmarshal(r.Into, &into); err != nil {
			return nil, err
		}
	}
	if err := setters[r.Function](string(r.Text), into); err != nil {
		return nil, err
	}
	return tagged(into), nil
}

// tagged is the value with its Go types, as `typed` reads it.
func tagged(value any) any {
	switch value := value.(type) {
	case map[string]any:
		members := make(map[string]any, len(value))
		for key, member := range value {
			members[key] = tagged(member)
		}
		return map[string]any{"map": members}
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = tagged(item)
		}
		return map[string]any{"list": items}
	case nil:
		return map[string]any{"nil": true}
	case bool:
		return map[string]any{"bool": value}
	}
	return map[string]any{fmt.Sprintf("%T", value): text(fmt.Sprint(value))}
}

func compareVersions(r *request) (any, error) {
	version, err := semver.NewVersion(string(r.Texts[1]))
	if err != nil {
		return nil, fmt.Errorf("version: %w", err)
	}
	constraint, err := semver.NewConstraint(string(r.Texts[0]))
	if err != nil {
		return nil, fmt.Errorf("constraint: %w", err)
	}
	fits, reasons := constraint.Validate(version)
	told := []string{}
	for _, reason := range reasons {
		told = append(told, reason.Error())
	}
	return map[string]any{"version": version.String(), "check": constraint.Check(version), "fits": fits, "reasons": told}, nil
}

// matchRegex takes the expression, the text and the replacement.
func matchRegex(r *request) (any, error) {
	expression, err := regexp.Compile(string(r.Texts[0]))
	if err != nil {
		return nil, err
	}
	in, by := string(r.Texts[1]), string(r.Texts[2])
	return map[string]any{
		"match":   expression.MatchString(in),
		"find":    text(expression.FindString(in)),
		"all":     texts(expression.FindAllString(in, r.Number)),
		"split":   texts(expression.Split(in, r.Number)),
		"replace": text(expression.ReplaceAllString(in, by)),
		"literal": text(expression.ReplaceAllLiteralString(in, by)),
		"quoted":  text(regexp.QuoteMeta(in)),
	}, nil
}

func texts(items []string) []text {
	out := []text{}
	for _, item := range items {
		out = append(out, text(item))
	}
	return out
}

func readDuration(r *request) (any, error) {
	duration, err := time.ParseDuration(string(r.Text))
	if err != nil {
		return nil, err
	}
	return []string{duration.String(), strconv.FormatInt(int64(duration), 10)}, nil
}

// readTime takes the layout to read by, the text, and the layout to write by.
func readTime(r *request) (any, error) {
	moment, err := time.Parse(string(r.Texts[0]), string(r.Texts[1]))
	if err != nil {
		return nil, err
	}
	return map[string]any{"printed": text(moment.String()), "formatted": text(moment.Format(string(r.Texts[2])))}, nil
}

func quoted(r *request) (any, error) {
	word, err := strconv.Unquote(string(r.Text))
	said := "ok"
	if err != nil {
		said = err.Error()
	}
	return map[string]any{
		"quote": text(strconv.Quote(string(r.Text))), "ascii": text(strconv.QuoteToASCII(string(r.Text))), "unquote": text(word), "said": said,
	}, nil
}

func readKubeVersion(r *request) (any, error) {
	version, err := common.ParseKubeVersion(string(r.Text))
	if err != nil {
		return nil, err
	}
	return []string{version.Version, version.String(), version.Major, version.Minor}, nil
}

func answerTo(line []byte) (out answer) {
	defer func() {
		if problem := recover(); problem != nil {
			told := text(fmt.Sprint(problem))
			out = answer{Panic: &told}
		}
	}()
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		panic(fmt.Sprintf("bad request: %v", err))
	}
	mode, known := modes[r.Mode]
	if !known {
		panic("no such mode: " + r.Mode)
	}
	value, err := mode(&r)
	if err != nil {
		told := text(err.Error())
		return answer{Error: &told}
	}
	return answer{Out: value}
}

func main() {
	debug.SetGCPercent(400)
	debug.SetMaxStack(128 << 20) // Tables within themselves overflow any stack: sooner is better.
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	in := bufio.NewReaderSize(os.Stdin, 1<<16)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			data, problem := plain(answerTo(line))
			if problem != nil {
				data, _ = plain(map[string]string{"panic": problem.Error()})
			}
			out.Write(data)
			out.WriteByte('\n')
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}
