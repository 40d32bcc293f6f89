package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
)

// importing is what the command line of import says.
type importing struct {
	where
	file     string
	mapping  string
	rejected string
	format   string
}

func (p *program) importCommand() *cobra.Command {
	i := importing{where: where{hashes: true}} // sent mails among what is collected
	c := &cobra.Command{
		Use:   "import FILE --map MAP.yaml",
		Short: "Take events of another program in",
		Long: `Turns the rows of a file into touchpoints and stores them. FILE is CSV or JSON
Lines, plain or gzip, or - for standard input. MAP.yaml says which column is
what; there are examples in docs/maps.

A row that cannot be stored is reported with its line and its reason, and kept
in FILE.rejected.csv or FILE.rejected.jsonl; the rows around it go in. It is safe
to run an import again, also after one that was interrupted: a touchpoint that is
there already is a duplicate and changes nothing.

It ends with 0 where every row that the mapping wants is stored, and with 1
where some were rejected.`,
		Example: `  wegweiser import orders.csv.gz --map docs/maps/online-retail.yaml
  zcat events.jsonl.gz | wegweiser import - --map map.yaml --url https://api.shop.example`,
		Args: takes("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			i.file = args[0]
			return p.runImport(c.Context(), &i)
		},
	}
	i.addTo(c.Flags())
	c.Flags().StringVar(&i.mapping, "map", "", "mapping file (needed)")
	c.Flags().StringVar(&i.rejected, "rejected", "", "file for rejected rows; by default beside FILE")
	c.Flags().StringVarP(&i.format, "output", "o", "text", "summary as text or json")
	return c
}

func (p *program) runImport(ctx context.Context, i *importing) (err error) {
	if i.mapping == "" {
		return usagef("--map is missing: a mapping file says which column is what")
	}
	if err := textOrJSON(i.format); err != nil {
		return err
	}
	mapping, err := p.loadMapping(i.mapping)
	if err != nil {
		return err
	}
	input, bar, err := p.openInput(i.file)
	if err != nil {
		return err
	}
	defer input.Close()
	defer bar.finish()
	reader, err := mapping.Open(counted{input, bar})
	if err != nil {
		return fmt.Errorf("%s: %w", i.file, err)
	}
	t, err := p.connect(ctx, &i.where, true)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	rejects := &rejectedRows{reader: reader, told: bar, file: i.file, path: i.rejected}
	summary, err := ingest.Import(ctx, reader, t, journey.At(time.Now()), &ingest.Options{Rejected: rejects.take})
	bar.finish()
	err = errors.Join(err, rejects.close())
	if told := p.tellSummary(i, summary); told != nil {
		return told
	}
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; what was stored stays, and running it again goes on")
	case err != nil:
		return fmt.Errorf("%s: %w", i.file, err)
	case summary.Rejected > 0:
		return errTold
	}
	return nil
}

func (p *program) loadMapping(path string) (*ingest.Mapping, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the mapping: %w", err)
	}
	mapping, problems := ingest.Load(text)
	for _, problem := range problems {
		fmt.Fprintf(p.stderr, "%s:%s\n", path, problem)
	}
	if mapping == nil {
		return nil, errTold
	}
	return mapping, nil
}

func (p *program) openInput(path string) (io.ReadCloser, *progress, error) {
	if path == "-" {
		return io.NopCloser(p.stdin), newProgress(p.stderr, "import", -1, true), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read the events: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder; name a file in it", path)
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, newProgress(p.stderr, "import", info.Size(), true), nil
}

func (p *program) tellSummary(i *importing, s ingest.Summary) error {
	if i.format == "json" {
		return json.NewEncoder(p.stdout).Encode(s)
	}
	_, err := fmt.Fprintf(p.stdout, "%d rows: %d stored, %d stored before, %d merged, %d left out, %d rejected\n",
		s.Rows, s.Accepted, s.Duplicates, s.Merged, s.LeftOut, s.Rejected)
	return err
}

// toldRejects is how many rejected rows are told one by one.
const toldRejects = 10

// rejectedRows tells the first rejected rows and keeps all of them in a file,
// which is made for the first of them.
type rejectedRows struct {
	reader *ingest.Reader
	told   io.Writer
	file   string // that is imported
	path   string // of the rejected rows
	out    *os.File
	rows   *ingest.Rejects
	count  int
}

func (r *rejectedRows) take(row ingest.Row) (err error) {
	if r.out == nil {
		if err := r.create(); err != nil {
			return err
		}
	}
	if r.count++; r.count <= toldRejects {
		fmt.Fprintf(r.told, "%s:%d: %v\n", r.file, row.Line, row.Err)
	}
	return r.rows.Write(row)
}

func (r *rejectedRows) create() (err error) {
	if r.path == "" {
		r.path = r.file + ".rejected." + r.reader.Format()
		if r.file == "-" {
			r.path = "import.rejected." + r.reader.Format()
		}
	}
	if r.out, err = os.Create(r.path); err != nil {
		return fmt.Errorf("keep rejected rows (--rejected names another file): %w", err)
	}
	r.rows, err = r.reader.Rejects(r.out)
	return err
}

func (r *rejectedRows) close() error {
	if r.out == nil {
		return nil
	}
	if more := r.count - toldRejects; more > 0 {
		fmt.Fprintf(r.told, "and %d more; ", more)
	}
	fmt.Fprintf(r.told, "all rejected rows are in %s\n", r.path)
	return r.out.Close()
}
