//go:build ignore

// Prints the wire form of every built-in type: which field number has which JSON name, what it holds, and whether Go
// leaves it out when it is empty. Run in a module that requires k8s.io/client-go of the wanted version:
//
//	go run shapes.go > shapes.json
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/client-go/kubernetes/scheme"
	registration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

var special = map[string]string{
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time": "time", "k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime": "microtime",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration": "duration", "k8s.io/apimachinery/pkg/util/intstr.IntOrString": "intorstring",
	"k8s.io/apimachinery/pkg/api/resource.Quantity": "quantity", "k8s.io/apimachinery/pkg/runtime.RawExtension": "raw",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":                         "raw",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON":         "raw",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray":       "schemaorarray",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool":        "schemaorbool",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray": "schemaorstrings",
}

var shapes = map[string][][]any{}

func name(t reflect.Type) string {
	full := t.PkgPath() + "." + t.Name()
	if s, ok := special[full]; ok {
		return "!" + s
	}
	return full
}

// what describes a type: a scalar's letter, or the name of a message.
func what(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64, reflect.Uint8, reflect.Int16, reflect.Int8:
		return "i"
	case reflect.Float64:
		return "d"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "B"
		}
		return "[" + what(t.Elem())
	case reflect.Map:
		return "{" + what(t.Elem())
	case reflect.Struct:
		walk(t)
		return name(t)
	}
	return "?"
}

func walk(t reflect.Type) {
	n := name(t)
	if strings.HasPrefix(n, "!") && !strings.HasPrefix(n, "!schema") {
		return
	}
	if _, ok := shapes[n]; ok {
		return
	}
	shapes[n] = nil
	fields := [][]any{}
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := strings.Split(f.Tag.Get("protobuf"), ",")
		if len(tag) < 3 {
			continue
		}
		number, _ := strconv.Atoi(tag[1])
		parts := strings.Split(f.Tag.Get("json"), ",")
		flags := ""
		if f.Type.Kind() == reflect.Pointer {
			flags += "p"
		}
		for _, p := range parts[1:] {
			if p == "omitempty" || p == "omitzero" {
				flags += "o"
			}
			if p == "inline" {
				flags += "n"
			}
		}
		if tag[2] == "opt" && f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() != reflect.Uint8 {
			flags += "w"
		}
		fields = append(fields, []any{number, parts[0], what(f.Type), flags})
	}
	shapes[n] = fields
}

func main() {
	_ = apiextensions.AddToScheme(scheme.Scheme)
	_ = registration.AddToScheme(scheme.Scheme)
	kinds := map[string]string{}
	for gvk, t := range scheme.Scheme.AllKnownTypes() {
		if strings.Contains(gvk.Version, "alpha") || strings.Contains(gvk.Version, "beta") || gvk.Version == "__internal" {
			continue
		}
		walk(t)
		kinds[gvk.Group+"/"+gvk.Version+"/"+gvk.Kind] = name(t)
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"kinds": kinds, "shapes": shapes})
}
