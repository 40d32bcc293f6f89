// Package bucket keeps the files of batches in S3.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"wegweiser/shared/personalize/batch"
	"wegweiser/shared/topology"
)

// Bucket is a bucket with files. It is safe for concurrent use.
type Bucket struct {
	client *s3.Client
	name   string
}

var _ batch.Files = (*Bucket)(nil)

// FromEnv returns the bucket that the environment names, with who we are from
// the variables that Lambda sets, and the address of what answers instead of AWS
// from AWS_ENDPOINT_URL_S3 where that is set. lookup is os.LookupEnv or stands
// in for it. It does no I/O.
func FromEnv(lookup func(string) (string, bool)) (*Bucket, error) {
	get := func(name string) string {
		value, _ := lookup(name)
		return value
	}
	name := get(topology.EnvBucket)
	if name == "" {
		return nil, fmt.Errorf("%s is not set: it must be the name of the bucket of batches", topology.EnvBucket)
	}
	o := s3.Options{
		Region: get("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID: get("AWS_ACCESS_KEY_ID"), SecretAccessKey: get("AWS_SECRET_ACCESS_KEY"), SessionToken: get("AWS_SESSION_TOKEN"),
			}, nil
		}),
	}
	if endpoint := get("AWS_ENDPOINT_URL_S3"); endpoint != "" {
		o.BaseEndpoint, o.UsePathStyle = aws.String(endpoint), true
	}
	return &Bucket{s3.New(o), name}, nil
}

// Open implements batch.Files.
func (b *Bucket) Open(ctx context.Context, key, version string, from, to int64) (io.ReadCloser, string, error) {
	in := &s3.GetObjectInput{Bucket: &b.name, Key: &key}
	if version != "" {
		in.IfMatch = &version
	}
	if to >= 0 {
		in.Range = aws.String("bytes=" + strconv.FormatInt(from, 10) + "-" + strconv.FormatInt(to-1, 10))
	} else if from > 0 {
		in.Range = aws.String("bytes=" + strconv.FormatInt(from, 10) + "-")
	}
	out, err := b.client.GetObject(ctx, in)
	switch status(err) {
	case http.StatusNotFound:
		return nil, "", batch.ErrMissing
	case http.StatusPreconditionFailed:
		return nil, "", batch.ErrReplaced
	}
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", key, err)
	}
	return out.Body, aws.ToString(out.ETag), nil
}

// status is that of an answer which says what is wrong; zero for all others.
func status(err error) int {
	var answered interface {
		smithy.APIError
		error
	}
	var response interface{ HTTPStatusCode() int }
	if errors.As(err, &answered) && errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// List implements batch.Files: S3 lists keys in the order of their bytes.
func (b *Bucket) List(ctx context.Context, prefix string) (keys []string, err error) {
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", prefix, err)
		}
		for i := range page.Contents {
			keys = append(keys, aws.ToString(page.Contents[i].Key))
		}
	}
	return keys, nil
}

// Create implements batch.Files.
func (b *Bucket) Create(ctx context.Context, key string) batch.File {
	return &object{ctx: ctx, bucket: b, key: key}
}
