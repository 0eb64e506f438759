import { api } from '../../kit/data/api.ts'
import { ApiError, newKey, type Problem } from '../../kit/data/rpc.ts'

/** Sends the file with progress (fetch tells none for uploads), then starts its dry run. Answers the import's id. */
export async function upload(file: File, profile: string, progress: (share: number) => void): Promise<string> {
  const fileId = await new Promise<string>((resolve, reject) => {
    const request = new XMLHttpRequest()
    const fail = (problem: Partial<Problem>) =>
      reject(
        new ApiError({
          type: 'about:blank',
          title: 'The upload failed',
          status: request.status,
          code: 'upload',
          detail: '',
          ...problem,
        }),
      )
    request.open('POST', '/files')
    request.setRequestHeader('idempotency-key', newKey())
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0)
    request.onerror = () =>
      fail({ detail: 'The server cannot be reached. Check the network, then choose the file again.' })
    request.onload = () => {
      let body: { id?: string } & Partial<Problem> = {}
      try {
        body = JSON.parse(request.responseText)
      } catch {
        body = {}
      }
      if (request.status < 300 && body.id) resolve(body.id)
      else fail(body)
    }
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
  const { importId } = await api.imports.start({ profile, fileId }, { key: newKey() })
  return importId
}
